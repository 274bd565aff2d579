import type { Config } from '../config/config.ts';
import { isAccountNumber, type AccountNumber } from '../domain/account.ts';
import type { AllowancePlan } from '../domain/allowance-plans.ts';
import { DAY_MS } from '../domain/durations.ts';
import { PLACEHOLDER_SAMPLES, type Samples } from '../graphql/graphiql/sample-tabs.ts';
import type { Simulator } from '../simulator/index.ts';

/** How many days before today are recorded, besides those that are not settled. */
const SAMPLE_DAYS = 60;

/** The settings of the platform, and what GraphiQL asks about: those of the simulator, if it takes the place of the platform. */
export function toPlatform(config: Config, simulator: Simulator | null): { config: Config; samples: Samples } {
  if (simulator === null) return { config, samples: PLACEHOLDER_SAMPLES };
  const { url, credentials, fleet } = simulator;
  const accountNumber = isAccountNumber(simulator.accountNumber) ? simulator.accountNumber : null;
  const { recordMode } = config.record;
  const hasPlans = config.plans.allowancePlans.length > 0;
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
        accountNumber,
      },
      record: recordMode === null ? toSampleRecord(config) : config.record,
      plans: accountNumber === null || hasPlans ? config.plans : { allowancePlans: toSamplePlans(accountNumber) },
    },
    samples: {
      busy: first('tracker', 1)[0] ?? '',
      mixed: kinds.flatMap(([kind, count]) => first(kind, count)),
      areSimulated: true,
    },
  };
}

/** A record of the last days that are settled, so that whoever tries the server sees one. */
function toSampleRecord({ record, cache }: Pick<Config, 'record' | 'cache'>): Config['record'] {
  return {
    ...record,
    recordMode: 'daily',
    recordIsSample: true,
    recordBackfillDays: SAMPLE_DAYS + Math.ceil(cache.settleAfterMs / DAY_MS),
    recordCallsPerHour: Infinity,
    recordByCallbacks: false,
  };
}

/** Plans that suit what the simulated devices transfer in a month: about nine tenths of the account's. */
function toSamplePlans(accountNumber: AccountNumber): AllowancePlan[] {
  const cycle = { accountNumber, cycleStartDay: 1, timeZone: 'UTC' };
  return [
    { ...cycle, dataPlan: null, includedBytes: 5_000_000_000_000, includedBytesPerDevice: null },
    { ...cycle, dataPlan: 'Fleet 250MB', includedBytes: null, includedBytesPerDevice: 250_000_000 },
    { ...cycle, dataPlan: 'LTE-M Meter 5MB', includedBytes: null, includedBytesPerDevice: 5_000_000 },
  ];
}
