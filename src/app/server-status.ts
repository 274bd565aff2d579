import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { DayCounts } from '../domain/day-counts.ts';
import type { CallbackCount, CallCount, RecordStatus, ServerStatus } from '../domain/server-status.ts';
import { VERSION } from '../domain/version.ts';
import type { AllServersCounts } from './all-servers-counts.ts';
import type { PlatformState } from './parts.ts';
import type { PlatformReports } from './platform-reports.ts';

export interface ServerStatusOptions {
  readonly config: Pick<Config, 'store' | 'upstream'>;
  readonly clock: Clock;
  /** How many more logins may fail, null if that is not known; null if callers send their own tokens. */
  readonly strikesLeft: (() => Promise<number | null>) | null;
  readonly isStoreAvailable: () => Promise<boolean>;
  readonly isSpooling: () => boolean;
  readonly state: PlatformState;
  /** Null if callers send their own tokens. */
  readonly own: Pick<PlatformReports, 'countPausedAccounts'> | null;
  /** Whether the callback listener of every account is this server, as far as is known; null if nothing is. */
  readonly hasListener: () => boolean | null;
  readonly calls: Pick<DayCounts<CallCount>, 'read'>;
  readonly callbacks: Pick<DayCounts<CallbackCount>, 'read'>;
  readonly allServers: Pick<AllServersCounts, 'read'>;
  /** How usage is recorded; null if it is not. */
  readonly recordStatus: () => RecordStatus | null;
}

/** Creates the status of a server that starts now. It makes no call to the platform, asks the store at most once a second, and takes at most a second. */
export function createServerStatus(options: ServerStatusOptions): () => Promise<ServerStatus> {
  const { config, clock, strikesLeft, isStoreAvailable, isSpooling, state, own, hasListener, calls, callbacks } =
    options;
  const { store, upstream } = config;
  const startedAtMs = clock.now();
  const startedAt = clock.monotonic();

  return async () => {
    const [isAvailable, strikes, allServers] = await Promise.all([
      isStoreAvailable(),
      strikesLeft?.() ?? null,
      options.allServers.read(),
    ]);
    return {
      version: VERSION,
      startedAtMs,
      uptimeSeconds: Math.floor((clock.monotonic() - startedAt) / 1_000),
      store: {
        kind: store.databaseUrl === null ? 'SQLITE' : 'POSTGRESQL',
        isAvailable,
        isSpooling: isSpooling(),
      },
      signIn: strikesLeft === null ? null : { isWorking: state.isSigningIn() && strikes !== 0, strikesLeft: strikes },
      breaker: { isOpen: state.isPlatformOpen(), openAccounts: state.countOpenAccounts() },
      pace: {
        callsPerSecond: upstream.callsPerSecond === 0 ? null : upstream.callsPerSecond,
        pausedAccounts: own?.countPausedAccounts() ?? 0,
      },
      calls: calls.read(),
      hasListener: hasListener(),
      callbacks: callbacks.read(),
      allServers,
      record: options.recordStatus(),
    };
  };
}
