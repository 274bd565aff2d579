import type { RequestListener } from 'node:http';
import type { Config } from './config.ts';
import type { OperationContext, OperationStart } from './context.ts';
import type { Log } from './log.ts';
import { createFetchUsage } from './reports/aggregated-report.ts';
import { createPlaceReport } from './reports/aggregated-report-request.ts';
import { createCaller } from './reports/caller.ts';
import { createReportLoaders } from './reports/report-loaders.ts';
import { createFetchSessionsReport } from './reports/sessions-report.ts';
import { createGraphqlServer } from './server/yoga.ts';
import type { SampleDevices } from './server/sample-operations.ts';
import { createThingspaceClient } from './thingspace/client.ts';
import type { Clock } from './thingspace/clock.ts';
import type { Credentials } from './thingspace/credentials.ts';
import { createHttpClient } from './thingspace/exchange.ts';
import { createGate } from './thingspace/gate.ts';

export interface AppOptions {
  readonly config: Config & { readonly credentials: Credentials };
  /** The devices that GraphiQL's sample operations ask for. */
  readonly samples: SampleDevices;
  readonly clock: Clock;
  readonly log: Log;
}

export interface App {
  readonly listener: RequestListener;
  /** Drops the connections to the platform. */
  close(): void;
}

/** Wires everything once. */
export function createApp({ config, samples, clock, log }: AppOptions): App {
  const http = createHttpClient({ maxAnswerBytes: config.maxAnswerBytes, maxConnections: config.concurrency });
  const client = createThingspaceClient({
    baseUrl: config.baseUrl,
    credentials: config.credentials,
    exchange: http.exchange,
    gate: createGate(config.concurrency),
    clock,
    retry: { retries: config.retries, firstPauseMs: 200, longestPauseMs: 10_000 },
    callTimeoutMs: config.callTimeoutMs,
    totalTimeoutMs: config.totalTimeoutMs,
  });
  const fetch = { client, repeatInHeaders: config.repeatInHeaders, now: clock.now };
  const placeReport = createPlaceReport(fetch);
  const reports = createReportLoaders({
    fetchUsage: createFetchUsage(fetch),
    fetchSessionsReport: createFetchSessionsReport(fetch),
    clock,
    batchWindowMs: config.batchWindowMs,
    cache: { maxBytes: config.cacheMaxBytes, unsettledMs: config.cacheUnsettledMs, now: clock.now },
  });

  const createContext = ({ departure, mayUseCache }: OperationStart): OperationContext => {
    const caller = createCaller(departure, mayUseCache);
    return {
      accountNumber: config.accountNumber,
      now: clock.now,
      maxUpstreamCalls: config.maxUpstreamCalls,
      caller,
      placeReport,
      loaders: reports.forCaller(caller),
    };
  };

  return {
    listener: createGraphqlServer({
      createContext,
      reportCost: config.reportCost,
      samples: config.graphiql ? samples : null,
      now: clock.now,
      log,
    }),
    close: http.close,
  };
}
