import type { Config } from '../config/config.ts';
import { isAccountNumber } from '../domain/account.ts';
import { PLACEHOLDER_SAMPLES, type Samples } from '../graphql/graphiql/sample-tabs.ts';
import type { Simulator } from '../simulator/index.ts';

/** The settings of the platform, and what GraphiQL asks about: those of the simulator, if it takes the place of the platform. */
export function toPlatform(config: Config, simulator: Simulator | null): { config: Config; samples: Samples } {
  if (simulator === null) return { config, samples: PLACEHOLDER_SAMPLES };
  const { url, credentials, accountNumber, fleet } = simulator;
  const first = (kind: string, count: number): string[] =>
    fleet
      .filter((device) => device.kind === kind)
      .slice(0, count)
      .map(({ imei }) => imei);
  const kinds: [string, number][] = [
    ['camera', 3],
    ['tracker', 4],
    ['meter', 3],
    ['silent', 1],
    ['inactive', 1],
  ];
  return {
    config: {
      ...config,
      platform: {
        ...config.platform,
        baseUrl: url,
        credentials,
        accountNumber: isAccountNumber(accountNumber) ? accountNumber : null,
      },
    },
    samples: {
      busy: first('tracker', 1)[0] ?? '',
      mixed: kinds.flatMap(([kind, count]) => first(kind, count)),
      areSimulated: true,
    },
  };
}
