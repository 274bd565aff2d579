import type { Config } from '../config/config.ts';
import type { Access } from '../domain/access.ts';
import type { CallbackAddress } from '../domain/callback-address.ts';
import type { Clock } from '../domain/clock.ts';
import type { KeyValueStore } from '../domain/key-values.ts';
import { toAborts } from '../domain/wait-for.ts';
import type { SharedLocks } from '../domain/shared-locks.ts';
import type { Log } from '../log.ts';
import { LISTENER_NAME } from '../reports/callback-listeners.ts';
import { createOperation, NO_LIMITS } from '../reports/operation.ts';
import type { Platform } from '../thingspace/client.ts';
import type { Exchange } from '../thingspace/http-client.ts';
import { createCallPolicies } from '../thingspace/resilience/policy.ts';
import type { Secrets } from '../thingspace/secrets.ts';
import { createPlatformState, type PlatformState } from './parts.ts';
import { createBreakerLog, createSignInLog } from './platform-log.ts';
import { createOwnReports, createReportsFor, type PlatformReports } from './platform-reports.ts';

export interface ConnectPlatformOptions {
  readonly config: Pick<Config, 'platform' | 'upstream' | 'cache' | 'auth'>;
  readonly exchange: Exchange;
  readonly callbackAddress: CallbackAddress;
  readonly secrets: Secrets;
  /** Stores the login history of the server's own credentials, and their tokens if there are locks. */
  readonly keyValues: KeyValueStore;
  /** Null if no other server shares the database. */
  readonly locks: SharedLocks | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything that calls the platform. */
export interface ConnectedPlatform {
  /** Reports through the server's own credentials; null if it has none. */
  readonly own: PlatformReports | null;
  readonly reportsFor: (access: Access) => PlatformReports;
  readonly state: PlatformState;
  /** Registers a callback listener at this URL for the configured account, if there is one. Rejects with ReportError. */
  registerListener(url: string): Promise<void>;
}

/** Nobody cancels what the server does for itself. */
const NEVER = toAborts(() => new AbortController().signal);

/** Creates everything that calls the platform. It makes no call yet. */
export function connectPlatform(options: ConnectPlatformOptions): ConnectedPlatform {
  const { config, exchange, clock, log } = options;
  const { credentials, baseUrl } = config.platform;
  const { host } = new URL(baseUrl);
  const state = createPlatformState();
  const onBreaker = state.watchBreakers(createBreakerLog(log, host));
  const policies = createCallPolicies({ settings: config.upstream, clock, onBreaker });
  const platform: Platform = { baseUrl, exchange, clock, policies };
  const reportsOptions = { ...options, platform, signInEvents: state.watchSignIn(createSignInLog(log, host)) };
  const own = createOwnReports(reportsOptions, config.auth.callersBringTokens ? null : credentials);
  return {
    own,
    reportsFor: createReportsFor(reportsOptions, own),
    state,
    async registerListener(url) {
      const { accountNumber } = config.platform;
      if (accountNumber === null || own === null) return;
      const operation = createOperation(NEVER, false, NO_LIMITS);
      await own.listeners.register({ accountNumber, name: LISTENER_NAME, url }, operation);
    },
  };
}
