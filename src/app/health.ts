import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { startDayCounts, type DayCounts } from '../domain/day-counts.ts';
import {
  NO_CALLBACKS,
  NO_CALLS,
  type CallbackCount,
  type CallCount,
  type RecordStatus,
  type ServerStatus,
} from '../domain/server-status.ts';
import type { CheckParts } from '../http/probes.ts';
import type { AsyncReports } from './async-reports.ts';
import type { ConnectedPlatform } from './connect-platform.ts';
import { startAllServersCounts } from './all-servers-counts.ts';
import { createCheckParts, createStoreCheck } from './parts.ts';
import { createServerStatus } from './server-status.ts';

export interface HealthOptions {
  readonly config: Pick<Config, 'platform' | 'auth' | 'store' | 'upstream'>;
  readonly clock: Clock;
  readonly asyncReports: Pick<AsyncReports, 'store' | 'isSpooling'>;
  readonly platform: Pick<ConnectedPlatform, 'own' | 'state' | 'strikesLeft'>;
  /** How usage is recorded; null if it is not. */
  readonly recordStatus: () => RecordStatus | null;
}

/** What the server says about itself: to load balancers, and to operators. */
export interface Health {
  readonly checkParts: CheckParts;
  readonly serverStatus: () => Promise<ServerStatus>;
  /** Where the calls of operations are counted. */
  readonly calls: Pick<DayCounts<CallCount>, 'add'>;
  /** Where callback messages are counted. */
  readonly callbacks: Pick<DayCounts<CallbackCount>, 'add'>;
  /** Stops counting days. Shares what was counted with the other servers; that takes at most a second. */
  close(): Promise<void>;
}

/** Starts all of it, with the same checks. They make no call to the platform. */
export function startHealth(options: HealthOptions): Health {
  const { clock, asyncReports, platform } = options;
  const { store, isSpooling } = asyncReports;
  const { own, state, strikesLeft } = platform;
  const calls = startDayCounts(NO_CALLS, clock);
  const callbacks = startDayCounts(NO_CALLBACKS, clock);
  const allServers = startAllServersCounts({ shared: store.limits, server: randomUUID(), calls, callbacks, clock });
  const isStoreAvailable = createStoreCheck(store.keyValues, clock);
  const hasListener = (): boolean | null => own?.listenerCheck.isOurs() ?? null;
  return {
    checkParts: createCheckParts({ isStoreAvailable, platform: state, hasListener, isSpooling }),
    calls,
    callbacks,
    async close() {
      calls.close();
      callbacks.close();
      await allServers.close();
    },
    serverStatus: createServerStatus({
      ...options,
      strikesLeft,
      calls,
      callbacks,
      allServers,
      isStoreAvailable,
      hasListener,
      isSpooling,
      state,
      own,
    }),
  };
}
