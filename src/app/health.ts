import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { createDayCounts, type DayCounts } from '../domain/day-counts.ts';
import { NO_CALLS, type CallbackCount, type CallCount, type ServerStatus } from '../domain/server-status.ts';
import type { CheckParts } from '../http/probes.ts';
import type { AsyncReports } from './async-reports.ts';
import type { ConnectedPlatform } from './connect-platform.ts';
import { createCheckParts, createStoreCheck } from './parts.ts';
import { createServerStatus } from './server-status.ts';

export interface HealthOptions {
  readonly config: Pick<Config, 'platform' | 'auth' | 'store' | 'upstream'>;
  readonly clock: Clock;
  readonly asyncReports: Pick<AsyncReports, 'store' | 'isSpooling'>;
  readonly platform: Pick<ConnectedPlatform, 'own' | 'state' | 'keyValues'>;
  readonly callbacks: DayCounts<CallbackCount>;
}

/** What the server says about itself: to load balancers, and to operators. */
export interface Health {
  readonly checkParts: CheckParts;
  readonly serverStatus: () => Promise<ServerStatus>;
  /** Where the calls of operations are counted. */
  readonly calls: DayCounts<CallCount>;
}

/** Creates all of it from the same checks. They make no call to the platform. */
export function createHealth(options: HealthOptions): Health {
  const { clock, asyncReports, platform } = options;
  const { store, isSpooling } = asyncReports;
  const { own, state, keyValues } = platform;
  const calls = createDayCounts(NO_CALLS, clock.now);
  const isStoreAvailable = createStoreCheck(store.keyValues, clock);
  const hasListener = (): boolean | null => own?.listenerCheck.isOurs() ?? null;
  return {
    checkParts: createCheckParts({ isStoreAvailable, platform: state, hasListener, isSpooling }),
    calls,
    serverStatus: createServerStatus({
      ...options,
      keyValues,
      calls,
      isStoreAvailable,
      hasListener,
      isSpooling,
      state,
      own,
    }),
  };
}
