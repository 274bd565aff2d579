import { LRUCache } from 'lru-cache';
import type { Config } from '../config/config.ts';
import type { Access } from '../domain/access.ts';
import type { CallbackAddress } from '../domain/callback-address.ts';
import { createRequestReport, type RequestReport } from '../reports/aggregated-report-request.ts';
import { createFetchUsage } from '../reports/aggregated-report.ts';
import { createReportLoaders, type ReportLoaders } from '../reports/batching/report-loaders.ts';
import { createCallbackListeners, type CallbackListeners } from '../reports/callback-listeners.ts';
import { createListenerCheck, type ListenerCheck } from '../reports/listener-check.ts';
import { createFetchSessionsReport } from '../reports/sessions-report.ts';
import { createThingspaceClient, type Platform } from '../thingspace/client.ts';
import type { Credentials } from '../thingspace/credentials.ts';
import type { FailureSummary } from '../thingspace/resilience/failure-summary.ts';
import type { Secrets } from '../thingspace/secrets.ts';
import type { TokenSource } from '../thingspace/sign-in/call-with-tokens.ts';
import { createCallerTokens } from '../thingspace/sign-in/caller-tokens.ts';
import type { KeyValueStore } from '../thingspace/sign-in/login-notes.ts';
import { createSignedInTokens } from '../thingspace/sign-in/signed-in-tokens.ts';

/** What the platform does for those who share a set of credentials: their batches, calls under way and figures kept. */
export interface PlatformReports {
  readonly requestReport: RequestReport;
  readonly listeners: CallbackListeners;
  readonly listenerCheck: ListenerCheck;
  readonly loaders: ReportLoaders;
}

export interface PlatformReportsOptions {
  readonly config: Config;
  readonly platform: Platform;
  readonly callbackAddress: CallbackAddress;
  /** Whatever is said of the platform by this server's credentials is hidden by them. */
  readonly secrets: Secrets;
  /** Where failed sign-ins by this server's credentials are counted. */
  readonly keyValues: KeyValueStore;
  /** Told once of each new trouble with signing in, and with null when that works again. */
  readonly onSignInFailure: (failure: FailureSummary | null) => void;
}

/** A caller's own reports are let go with the callers that came longest ago; nothing is lost by that but what they could share. */
const MAX_PRINCIPALS = 1_000;

/** The reports by this server's credentials; null where every caller brings tokens. */
export function createOwnReports(
  options: PlatformReportsOptions,
  credentials: Credentials | null,
): PlatformReports | null {
  if (credentials === null) return null;
  const { config, platform, secrets, keyValues, onSignInFailure } = options;
  return create(
    options,
    createSignedInTokens({ ...platform, credentials, secrets, keyValues, onSignInFailure }),
    config.cacheMaxBytes,
  );
}

/** The reports for whom an access belongs to: those of this server's credentials, else a set for each caller, who shares nothing. */
export function createReportsFor(
  options: PlatformReportsOptions,
  own: PlatformReports | null,
): (access: Access) => PlatformReports {
  const ofPrincipals = new LRUCache<string, PlatformReports>({ max: MAX_PRINCIPALS });
  const { baseUrl, clock } = options.platform;

  return ({ tokens, principal }) => {
    if (tokens === null || principal === null) {
      if (own === null) throw new Error('a caller without tokens, and no credentials of our own');
      return own;
    }
    const known = ofPrincipals.get(principal);
    if (known !== undefined) return known;
    // The platform judges the tokens with each call, so figures are not kept: they would outlive a token that has died.
    const reports = create(options, createCallerTokens({ baseUrl, tokens, clock }), 0);
    ofPrincipals.set(principal, reports);
    return reports;
  };
}

function create(
  { config, platform, callbackAddress }: PlatformReportsOptions,
  tokens: TokenSource,
  cacheMaxBytes: number,
): PlatformReports {
  const { clock } = platform;
  const client = createThingspaceClient(platform, tokens);
  const fetch = { client, repeatInHeaders: config.repeatInHeaders, now: clock.now, monotonic: clock.monotonic };
  const listeners = createCallbackListeners(fetch);
  return {
    requestReport: createRequestReport(fetch),
    listeners,
    listenerCheck: createListenerCheck({
      listeners,
      address: callbackAddress,
      now: clock.monotonic,
      after: clock.after,
    }),
    loaders: createReportLoaders({
      fetchUsage: createFetchUsage(fetch),
      fetchSessionsReport: createFetchSessionsReport(fetch),
      clock,
      batchWindowMs: config.batchWindowMs,
      cache: { maxBytes: cacheMaxBytes, unsettledMs: config.cacheUnsettledMs },
    }),
  };
}
