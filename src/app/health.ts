import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { DayCounts } from '../domain/day-counts.ts';
import type { KeyValueStore } from '../domain/key-values.ts';
import type { CallbackCount, CallCount, ServerStatus } from '../domain/server-status.ts';
import type { CheckParts } from '../http/probes.ts';
import type { AsyncReports } from './async-reports.ts';
import type { ConnectedPlatform } from './connect-platform.ts';
import { createCheckParts, createStoreCheck } from './parts.ts';
import { createServerStatus } from './server-status.ts';

export interface HealthOptions {
  readonly config: Pick<Config, 'platform' | 'auth' | 'store' | 'upstream'>;
  readonly clock: Clock;
  readonly asyncReports: Pick<AsyncReports, 'store' | 'isSpooling'>;
  readonly platform: Pick<ConnectedPlatform, 'own' | 'state'>;
  /** Where the login history is. */
  readonly keyValues: KeyValueStore;
  readonly calls: DayCounts<CallCount>;
  readonly callbacks: DayCounts<CallbackCount>;
}

/** What the server says about itself: to load balancers, and to operators. */
export interface Health {
  readonly checkParts: CheckParts;
  readonly serverStatus: () => Promise<ServerStatus>;
}

/** Creates both from the same checks. They make no call to the platform. */
export function createHealth(options: HealthOptions): Health {
  const { clock, asyncReports, platform } = options;
  const { store, isSpooling } = asyncReports;
  const { own, state } = platform;
  const isStoreAvailable = createStoreCheck(store.keyValues, clock);
  const hasListener = (): boolean | null => own?.listenerCheck.isOurs() ?? null;
  return {
    checkParts: createCheckParts({ isStoreAvailable, platform: state, hasListener, isSpooling }),
    serverStatus: createServerStatus({ ...options, isStoreAvailable, hasListener, isSpooling, state, own }),
  };
}
