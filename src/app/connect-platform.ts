import type { Config } from '../config/config.ts';
import type { Access } from '../domain/access.ts';
import type { CallbackAddress } from '../domain/callback-address.ts';
import type { Clock } from '../domain/clock.ts';
import { createMemoryKeyValues } from '../domain/key-values.ts';
import { toAborts } from '../domain/wait-for.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { LISTENER_NAME } from '../reports/callback-listeners.ts';
import { createOperation, NO_LIMITS } from '../reports/operation.ts';
import type { Platform } from '../thingspace/client.ts';
import type { Exchange } from '../thingspace/http-client.ts';
import { observeExchange } from '../thingspace/observe-exchange.ts';
import { createCallPolicies, type CallPolicies } from '../thingspace/resilience/policy.ts';
import type { Secrets } from '../thingspace/secrets.ts';
import { readStrikesLeft } from '../thingspace/sign-in/strikes.ts';
import { createHeldRead } from './held-read.ts';
import { createPlatformState, type PlatformState } from './parts.ts';
import { createBreakerLog, createSignInLog } from './platform-log.ts';
import {
  createOwnReports,
  createReportsFor,
  type PlatformReports,
  type PlatformReportsOptions,
} from './platform-reports.ts';

export interface ConnectPlatformOptions {
  readonly config: Pick<Config, 'platform' | 'upstream' | 'cache' | 'auth'>;
  readonly exchange: Exchange;
  readonly callbackAddress: CallbackAddress;
  readonly secrets: Secrets;
  readonly store: Shared;
  /** Whether the platform is a simulator of this server alone. If so, nothing about it is stored, or shared with others. */
  readonly isSimulated: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Null if nothing is measured. */
  readonly metrics: Metrics | null;
}

/** What servers that use the same credentials share. */
type Shared = Pick<PlatformReportsOptions, 'keyValues' | 'locks' | 'limits'>;

/** Everything that calls the platform. */
export interface ConnectedPlatform {
  /** Reports through the server's own credentials; null if it has none. */
  readonly own: PlatformReports | null;
  readonly reportsFor: (access: Access) => PlatformReports;
  readonly state: PlatformState;
  /**
   * How many more logins with the server's own credentials may fail, asked for at most once a second; null if that is not known. It is null itself
   * if the server has no credentials.
   */
  readonly strikesLeft: (() => Promise<number | null>) | null;
  /** How many calls for reports run, and how many wait for their turn. */
  readonly load: CallPolicies['load'];
  /** Registers a callback listener at this URL for the configured account, if there is one. Rejects with ReportError. */
  registerListener(url: string): Promise<void>;
}

/** Nobody cancels what the server does for itself. */
const NEVER = toAborts(() => new AbortController().signal);

/** Creates everything that calls the platform. It makes no call yet. */
export function connectPlatform(options: ConnectPlatformOptions): ConnectedPlatform {
  const { config, store, isSimulated, clock, log, metrics } = options;
  const { credentials, baseUrl } = config.platform;
  const { host } = new URL(baseUrl);
  const alone = { keyValues: createMemoryKeyValues(), locks: null, limits: null };
  const { keyValues, locks, limits } = isSimulated ? alone : store;
  const state = createPlatformState();
  const onBreaker = state.watchBreakers(createBreakerLog(log, host));
  const policies = createCallPolicies({ settings: config.upstream, clock, onBreaker });
  const exchange =
    metrics === null ? options.exchange : observeExchange(options.exchange, clock.monotonic, metrics.platform.onCall);
  const platform: Platform = { baseUrl, exchange, clock, policies };
  const signInEvents = { ...state.watchSignIn(createSignInLog(log, host)), ...metrics?.platform };
  const reportsOptions = { ...options, platform, keyValues, locks, limits, signInEvents };
  const own = createOwnReports(reportsOptions, config.auth.callersBringTokens ? null : credentials);
  return {
    own,
    reportsFor: createReportsFor(reportsOptions, own),
    state,
    strikesLeft:
      own === null || credentials === null
        ? null
        : createHeldRead(() => readStrikesLeft(keyValues, baseUrl, credentials), clock),
    load: policies.load,
    async registerListener(url) {
      const { accountNumber } = config.platform;
      if (accountNumber === null || own === null) return;
      const operation = createOperation(NEVER, false, NO_LIMITS);
      await own.listeners.register({ accountNumber, name: LISTENER_NAME, url }, operation);
    },
  };
}
