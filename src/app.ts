import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { openAsyncReports } from './async-reports.ts';
import type { Config } from './config.ts';
import type { OperationContext, OperationStart } from './context.ts';
import { CALLBACK_PATH } from './domain/callback-address.ts';
import type { Log } from './log.ts';
import { createFetchUsage } from './reports/aggregated-report.ts';
import { createPlaceReport } from './reports/aggregated-report-request.ts';
import { createCallbackListeners, LISTENER_NAME } from './reports/callback-listeners.ts';
import { createCaller } from './reports/caller.ts';
import { createListenerCheck } from './reports/listener-check.ts';
import { createReportLoaders } from './reports/report-loaders.ts';
import { createFetchSessionsReport } from './reports/sessions-report.ts';
import { createRequestReads, type RequestReads } from './requests/request-reads.ts';
import { DOWNLOAD_PATH } from './server/downloads/download-links.ts';
import { toOrigin } from './server/origin.ts';
import { createReportDefect } from './server/report-defect.ts';
import { createRoutes } from './server/routes.ts';
import { createGraphqlServer } from './server/yoga.ts';
import type { SampleDevices } from './server/sample-operations.ts';
import { createThingspaceClient, type Platform } from './thingspace/client.ts';
import type { Clock } from './thingspace/clock.ts';
import type { Credentials } from './thingspace/credentials.ts';
import { createHttpClient } from './thingspace/exchange.ts';
import { createGate } from './thingspace/gate.ts';
import { createSignedInTokens } from './thingspace/signed-in-tokens.ts';

export interface AppOptions {
  readonly config: Config & { readonly credentials: Credentials };
  /** The devices that GraphiQL's sample operations ask for. */
  readonly samples: SampleDevices;
  readonly clock: Clock;
  readonly log: Log;
}

export interface App {
  readonly listener: RequestListener;
  /** The address that the platform posts its messages to, by where this server is reached; who knows it may send some. */
  toCallbackUrl(serverUrl: string): string;
  /** Has a platform on this machine post the configured account's messages here. Rejects with ReportError. */
  registerListener(serverUrl: string): Promise<void>;
  /** How many reports somebody follows now. */
  countWatches(): number;
  /** Ends what streams without an end of its own, so that the server can close. */
  endStreams(): void;
  /** Drops the connections to the platform, and closes the store. */
  close(): Promise<void>;
}

/** Opens the store and wires everything once. Rejects with StoreError. */
export async function startApp({ config, samples, clock, log }: AppOptions): Promise<App> {
  const reportDefect = createReportDefect(log, randomUUID);
  const asyncReports = await openAsyncReports({ config, clock, log, reportDefect });
  const { store, placeOnce, watches, downloadLinks, callbackAddress } = asyncReports;
  const http = createHttpClient({ maxAnswerBytes: config.maxAnswerBytes, maxConnections: config.concurrency });
  const platform: Platform = {
    baseUrl: config.baseUrl,
    exchange: http.exchange,
    gate: createGate(config.concurrency),
    clock,
    retry: { retries: config.retries, firstPauseMs: 200, longestPauseMs: 10_000 },
    callTimeoutMs: config.callTimeoutMs,
    totalTimeoutMs: config.totalTimeoutMs,
  };
  const tokens = createSignedInTokens({ ...platform, credentials: config.credentials });
  const client = createThingspaceClient(platform, tokens);
  const fetch = { client, repeatInHeaders: config.repeatInHeaders, now: clock.now };
  const placeReport = createPlaceReport(fetch);
  const listeners = createCallbackListeners(fetch);
  const check = { listeners, address: callbackAddress, now: clock.now, after: clock.after };
  const listenerCheck = createListenerCheck(check);
  const reports = createReportLoaders({
    fetchUsage: createFetchUsage(fetch),
    fetchSessionsReport: createFetchSessionsReport(fetch),
    clock,
    batchWindowMs: config.batchWindowMs,
    cache: { maxBytes: config.cacheMaxBytes, unsettledMs: config.cacheUnsettledMs, now: clock.now },
  });

  const createContext = ({ departure, mayUseCache, header }: OperationStart): OperationContext => {
    const caller = createCaller(departure, mayUseCache);
    let reads: RequestReads | null = null;
    return {
      accountNumber: config.accountNumber,
      now: clock.now,
      maxUpstreamCalls: config.maxUpstreamCalls,
      caller,
      placeReport,
      loaders: reports.forCaller(caller),
      idempotencyKey: header('idempotency-key'),
      placeOnce,
      openReads: () => (reads ??= createRequestReads(store)),
      watches,
      listeners,
      listenerCheck,
      callbackAddress,
      toDownloadLink: (txid, format) =>
        `${config.publicUrl ?? toOrigin(header, config.trustedProxies)}${downloadLinks.write(txid, format)}`,
      warnings: [],
    };
  };

  const toCallbackUrl = (serverUrl: string): string => callbackAddress.at(config.publicUrl ?? serverUrl);

  return {
    listener: createRoutes({
      beginning: { [CALLBACK_PATH]: asyncReports.receiver, [DOWNLOAD_PATH]: asyncReports.downloads },
      others: createGraphqlServer({
        createContext,
        reportCost: config.reportCost,
        samples: config.graphiql ? samples : null,
        introspection: config.introspection,
        suggestions: config.suggestions,
        now: clock.now,
        reportDefect,
      }),
    }),
    toCallbackUrl,
    async registerListener(serverUrl) {
      const { accountNumber } = config;
      if (accountNumber === null) return;
      const listener = { accountNumber, name: LISTENER_NAME, url: callbackAddress.at(serverUrl) };
      await listeners.register(listener, createCaller({ onGone: () => () => undefined }, false));
    },
    countWatches: watches.count,
    endStreams: asyncReports.endStreams,
    async close() {
      http.close();
      await asyncReports.close();
    },
  };
}
