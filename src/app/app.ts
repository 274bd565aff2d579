import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { DEVICE_LIST_PATH } from '../async-reports/device-lists/upload-links.ts';
import { DOWNLOAD_PATH } from '../async-reports/downloads/download-links.ts';
import { CALLBACK_PATH } from '../domain/callback-address.ts';
import type { RecordStatus } from '../domain/server-status.ts';
import { VERSION } from '../domain/version.ts';
import { GRAPHIQL_FOLDER } from '../graphql/graphiql/graphiql.ts';
import { GRAPHQL_PATH } from '../graphql/yoga.ts';
import { createCompression } from '../http/compression.ts';
import { createLogUnexpected } from '../http/log-unexpected.ts';
import { createProbes } from '../http/probes.ts';
import { withRequestLog } from '../http/request-log.ts';
import { createRoutes } from '../http/routes.ts';
import { createShutdown, type RunOptions } from '../http/shutdown.ts';
import type { UpgradeListener } from '../http/upgrade.ts';
import { createSecrets } from '../thingspace/secrets.ts';
import type { AppOptions } from './app-options.ts';
import { openAsyncReports } from './async-reports.ts';
import { createDownloadListener } from './downloads.ts';
import { openConfiguredDocuments } from './documents.ts';
import { toConfiguredSecrets } from './configured-secrets.ts';
import { createCallers } from './callers.ts';
import { createFront } from './front.ts';
import { openFleets } from './fleets.ts';
import { createGraphqlListeners, MCP_PATH } from './graphql-listeners.ts';
import { createOperationContext } from './operation-context.ts';
import { connectPlatform } from './connect-platform.ts';
import { serveMetrics } from './metric-sources.ts';
import { startObservation } from './observation.ts';
import { openUsageRecord } from './open-usage-record.ts';
import { openOutbound } from './outbound.ts';
import { openTraces } from './open-traces.ts';
import { createAsksForPage, createOverviewRoutes } from './pages.ts';
import { startHealth } from './health.ts';
import { watchErasures } from './watch-erasures.ts';

/** The running application. */
export interface App {
  /** Handles every HTTP request. */
  readonly listener: RequestListener;
  /** Handles every request for another protocol: WebSockets. */
  readonly upgrade: UpgradeListener;
  /** Whether the request on a connection has a timeout of its own, instead of that of the server. */
  readonly hasOwnTimeout: (connection: object) => boolean;
  /** Serves the metrics, for a port of their own; null if METRICS_PORT is not set. */
  readonly metrics: RequestListener | null;
  /** The URL for the platform's messages, below PUBLIC_URL or else `serverUrl`. Whoever knows it may send messages. */
  toCallbackUrl(serverUrl: string): string;
  /** Registers a listener at `serverUrl` for the configured account. Rejects with ReportError. */
  registerListener(serverUrl: string): Promise<void>;
  /** Number of reports that are being watched. */
  countWatches(): number;
  /**
   * Stops, once: announces it for a while, ends subscriptions, waits for what is in progress, then closes the connections to the platform, and
   * the store.
   */
  shutDown(options: RunOptions): Promise<void>;
  /** Closes the connections to the platform, and the store, at once. */
  close(): Promise<void>;
}

/** Opens the store and connects all parts of the application. Rejects with StoreError, or ConfigError for trusted documents. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, samples, clock, log, isSimulated = false, cpuTimeMs = null, isStarted = () => true } = options;
  const logUnexpected = createLogUnexpected(log, randomUUID);
  for (const warning of config.secrets.warnings) log.warn(warning);
  const { server, graphql } = config;
  const compression = server.compressResponses ? createCompression() : null;
  const documents = openConfiguredDocuments(config, clock, log);
  const traces = await openTraces(config.traces, clock, log);
  const observation = await startObservation({ ...options, documents, newId: randomUUID });
  const { metrics, requestClock, onRequestEnd: onEnd } = observation;
  const { after, monotonic } = clock;
  const shutdown = createShutdown({ after, monotonic, maxWaitMs: config.shutdown.shutdownMs, log, onEnd });
  const outbound = await openOutbound({ config, isSimulated, clock, log });
  const callers = await createCallers({
    config,
    fetchKeySet: outbound.fetchKeySet,
    isOpen: createAsksForPage(graphql),
    cpuTimeMs,
    clock,
    log,
    logUnexpected,
  });
  const secrets = createSecrets(config.platform.baseUrl, toConfiguredSecrets(config));
  const asyncReports = await openAsyncReports({
    ...{ config, clock, log, logUnexpected, ...observation },
    hide: secrets.hideIn,
    traces,
    onCallback: (outcome) => health.callbacks.add(outcome, 1),
  });
  const { store, watches, callbackAddress } = asyncReports;
  callers.shareWith(store.limits);
  const { exchange } = outbound;
  const platform = connectPlatform({ ...options, exchange, callbackAddress, secrets, store, isSimulated, metrics });
  const recordStatus = (): RecordStatus | null => record?.status() ?? null;
  const health = startHealth({ config, clock, asyncReports, platform, recordStatus });
  const record = await openUsageRecord({ config, clock, log, asyncReports, platform, totals: health.calls });
  const fleets = await openFleets({
    ...{ ...options, ...observation },
    ...{ asyncReports, platform, callers, logUnexpected, health },
  });
  const stopWatching = await watchErasures({ store, after, onErased: () => platform.own?.forgetUsage() });

  const createContext = createOperationContext({
    config,
    clock,
    reportsFor: platform.reportsFor,
    asyncReports,
    fleets,
    record,
    traces,
    totals: health.calls,
    serverStatus: health.serverStatus,
    shutdown: shutdown.signal,
  });
  const downloads = createDownloadListener({
    ...{ asyncReports, record, callers, compression, logUnexpected, clock },
    ...observation,
  });
  const serve = createFront({ config, shutdown, logUnexpected });
  const overview = createOverviewRoutes({ ...options, isSimulated, callers, requestClock, logUnexpected });
  const { signal, hold } = shutdown;
  const api = await createGraphqlListeners({
    config,
    callers,
    openDocuments: documents,
    createContext,
    samples,
    compression,
    postToRouter: outbound.postToRouter,
    serve,
    clock,
    logUnexpected,
    ...observation,
    shutdown: signal,
    hold,
  });

  const close = async (): Promise<void> => {
    await health.close();
    stopWatching();
    metrics?.close();
    callers.close();
    await fleets.close();
    await record?.close();
    outbound.close();
    await asyncReports.close();
  };
  let stopped: Promise<void> | null = null;
  const stop = async (how: RunOptions): Promise<void> => {
    const endsAtMs = monotonic() + how.delayMs + config.shutdown.shutdownMs;
    await shutdown.run(how);
    await fleets.close();
    await asyncReports.settle();
    await close();
    await traces?.close(endsAtMs - monotonic());
  };

  return {
    listener: serve(
      createRoutes({
        beginning: {
          [CALLBACK_PATH]: asyncReports.receiver,
          [DEVICE_LIST_PATH]: withRequestLog('upload', callers.protect(fleets.receiver.listener), requestClock),
          [DOWNLOAD_PATH]: withRequestLog('download', downloads, requestClock),
          ...(graphql.graphiql ? { [GRAPHIQL_FOLDER]: api.listener } : {}),
          ...overview.beginning,
        },
        at: {
          [GRAPHQL_PATH]: api.listener,
          ...(api.mcp === null ? {} : { [MCP_PATH]: api.mcp }),
          ...overview.at,
          ...createProbes({
            isStarted,
            isStopping: shutdown.hasBegun,
            checkParts: health.checkParts,
            version: VERSION,
          }),
        },
      }),
    ),
    upgrade: api.upgrade,
    hasOwnTimeout: fleets.receiver.isReceiving,
    metrics: serveMetrics(metrics, { config, documents, platform, asyncReports, recordStatus, clock }),
    toCallbackUrl: (serverUrl) => callbackAddress.at(server.publicUrl ?? serverUrl),
    registerListener: (serverUrl) => platform.registerListener(callbackAddress.at(serverUrl)),
    countWatches: () => watches.count() + fleets.watches.count(),
    shutDown: (how) => (stopped ??= stop(how)),
    close,
  };
}
