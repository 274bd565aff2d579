import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.ts';
import type { Access } from '../domain/access.ts';
import type { CallbackAddress } from '../domain/callback-address.ts';
import type { KeyValueStore } from '../domain/key-values.ts';
import type { SharedLimits } from '../domain/shared-limits.ts';
import type { SharedLocks } from '../domain/shared-locks.ts';
import { createRequestReport, type RequestReport } from '../reports/aggregated-report-request.ts';
import { createFetchUsage } from '../reports/aggregated-report.ts';
import { createLoadersOf, type LoadersOf } from '../reports/batching/report-loaders.ts';
import { createCallbackListeners, type CallbackListeners } from '../reports/callback-listeners.ts';
import { createListenerCheck, type ListenerCheck } from '../reports/listener-check.ts';
import { createFetchSessionsReport } from '../reports/sessions-report.ts';
import { createThingspaceClient, type Platform } from '../thingspace/client.ts';
import type { Credentials } from '../thingspace/credentials.ts';
import { createSharedPace, type SharedPace } from '../thingspace/resilience/shared-pace.ts';
import type { Secrets } from '../thingspace/secrets.ts';
import { createCallerTokens } from '../thingspace/sign-in/caller-tokens.ts';
import {
  createSignedInTokens,
  type SignedInTokensOptions,
  type SignInEvents,
} from '../thingspace/sign-in/signed-in-tokens.ts';
import type { TokenSource } from '../thingspace/sign-in/token-source.ts';

/** What the operations of one set of platform credentials share: batches, calls in flight and cached usage. */
export interface PlatformReports {
  readonly requestReport: RequestReport;
  readonly listeners: CallbackListeners;
  readonly listenerCheck: ListenerCheck;
  readonly loadersOf: LoadersOf;
  /** Number of accounts whose calls wait after a 429. */
  readonly countPausedAccounts: () => number;
  /** Empties the caches of usage. */
  forgetUsage(): void;
}

export interface PlatformReportsOptions {
  readonly config: Pick<Config, 'platform' | 'upstream' | 'cache'>;
  readonly platform: Platform;
  readonly callbackAddress: CallbackAddress;
  /** Hides the server's own credentials in everything that the platform says. */
  readonly secrets: Secrets;
  /** Stores the login history of the server's own credentials, and their tokens if there are locks. */
  readonly keyValues: KeyValueStore;
  /** Null if no other server shares the database. */
  readonly locks: SharedLocks | null;
  readonly limits: SharedLimits | null;
  readonly signInEvents: Pick<SignedInTokensOptions, keyof SignInEvents | 'onLogin'>;
}

/** The least recently used ones are dropped first. Their principals lose only what they could have shared. */
const MAX_PRINCIPALS = 1_000;

/** Reports through the server's own credentials; null if it has none. */
export function createOwnReports(
  options: PlatformReportsOptions,
  credentials: Credentials | null,
): PlatformReports | null {
  if (credentials === null) return null;
  const { config, platform, secrets, keyValues, locks, limits, signInEvents } = options;
  const pace = limits === null ? null : createSharedPace({ ...platform, limits, username: credentials.username });
  return create(
    options,
    createSignedInTokens({ ...platform, credentials, secrets, keyValues, locks, ...signInEvents }),
    config.cache.cacheMaxBytes,
    pace,
  );
}

/**
 * Returns the reports of an access: those of the server's own credentials, or a separate set for each principal with its own
 * platform tokens. Separate sets share nothing.
 */
export function createReportsFor(
  options: PlatformReportsOptions,
  own: PlatformReports | null,
): (access: Access) => PlatformReports {
  const ofPrincipals = new LRUCache<string, PlatformReports>({ max: MAX_PRINCIPALS });
  const { baseUrl, clock } = options.platform;

  return ({ tokens, principal }) => {
    if (tokens === null || principal === null) {
      if (own === null) throw new Error('neither the caller nor the server has credentials for the platform');
      return own;
    }
    const known = ofPrincipals.get(principal);
    if (known !== undefined) return known;
    // The platform checks the tokens on each call. Cached usage would outlive a token that is no longer valid, so nothing is
    // cached.
    const reports = create(options, createCallerTokens({ baseUrl, tokens, clock }), 0, null);
    ofPrincipals.set(principal, reports);
    return reports;
  };
}

function create(
  { config, platform, callbackAddress }: PlatformReportsOptions,
  tokens: TokenSource,
  cacheMaxBytes: number,
  pace: SharedPace | null,
): PlatformReports {
  const { clock } = platform;
  const client = createThingspaceClient(platform, tokens, pace);
  const fetch = {
    client,
    repeatInHeaders: config.platform.repeatInHeaders,
    now: clock.now,
    monotonic: clock.monotonic,
  };
  const listeners = createCallbackListeners(fetch);
  const caches: (() => void)[] = [];
  return {
    countPausedAccounts: client.countPausedAccounts,
    forgetUsage() {
      for (const empty of caches) empty();
    },
    requestReport: createRequestReport(fetch),
    listeners,
    listenerCheck: createListenerCheck({
      listeners,
      address: callbackAddress,
      now: clock.monotonic,
      after: clock.after,
    }),
    loadersOf: createLoadersOf({
      fetchUsage: createFetchUsage({ ...fetch, settleAfterMs: config.cache.settleAfterMs }),
      fetchSessionsReport: createFetchSessionsReport(fetch),
      clock,
      batchWindowMs: config.upstream.batchWindowMs,
      cache: {
        maxBytes: cacheMaxBytes,
        unsettledMs: config.cache.cacheUnsettledMs,
        onCreate: (empty) => caches.push(empty),
      },
    }),
  };
}
