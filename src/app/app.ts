import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { DOWNLOAD_PATH } from '../async-reports/downloads/download-links.ts';
import type { Config } from '../config/config.ts';
import { CALLBACK_PATH } from '../domain/callback-address.ts';
import type { Clock } from '../domain/clock.ts';
import { createMemoryKeyValues } from '../domain/key-values.ts';
import { VERSION } from '../domain/version.ts';
import { asksForGraphiql, GRAPHIQL_FOLDER } from '../graphql/graphiql/graphiql.ts';
import type { Samples } from '../graphql/graphiql/sample-tabs.ts';
import { createEventTurns, createSubscriptionBudgets } from '../graphql/event-turns.ts';
import { createGraphqlServer, GRAPHQL_PATH } from '../graphql/yoga.ts';
import { createProtectHost } from '../http/allowed-hosts.ts';
import { createAuthenticate } from '../http/auth/authenticate.ts';
import { createCompression } from '../http/compression.ts';
import { createAllowsOrigin, withCors } from '../http/cors.ts';
import { createCpuShare } from '../http/cpu-share.ts';
import { createGuard } from '../http/guard.ts';
import { createLogUnexpected } from '../http/log-unexpected.ts';
import { createToPrincipalKey, createPrincipalRate } from '../http/rate-limit.ts';
import { withValidHead } from '../http/request-head.ts';
import { createProbes } from '../http/probes.ts';
import { createRoutes } from '../http/routes.ts';
import { createShutdown, type RunOptions } from '../http/shutdown.ts';
import { closeStalled } from '../http/stalled-responses.ts';
import { withSecurityHeaders } from '../http/security-headers.ts';
import type { Log } from '../log.ts';
import { LISTENER_NAME } from '../reports/callback-listeners.ts';
import { createOperation, NO_LIMITS } from '../reports/operation.ts';
import { createSecrets } from '../thingspace/secrets.ts';
import { openAsyncReports } from './async-reports.ts';
import { toConfiguredSecrets } from './configured-secrets.ts';
import { createOperationContext } from './operation-context.ts';
import { connectPlatform } from './connect-platform.ts';
import { openOutbound } from './outbound.ts';
import { createCheckParts } from './parts.ts';

export interface AppOptions {
  readonly config: Config;
  /** What GraphiQL's sample operations ask about. */
  readonly samples: Samples;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the platform is a simulator that ends with this process. If so, the login history is only kept in memory. */
  readonly isSimulated?: boolean;
  /** CPU time of the process so far, in milliseconds; without it, CPU_SHARE_PER_PRINCIPAL counts the time of the event loop. */
  readonly cpuTimeMs?: () => number;
  /** Whether everything is ready for requests; by default it is as soon as the application is. */
  readonly isStarted?: () => boolean;
}

/** The running application. */
export interface App {
  /** Handles every HTTP request. */
  readonly listener: RequestListener;
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

/** Opens the store and connects all parts of the application. Rejects with StoreError. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, samples, clock, log, isSimulated = false, cpuTimeMs = null, isStarted = () => true } = options;
  const logUnexpected = createLogUnexpected(log, randomUUID);
  const { after, monotonic } = clock;
  const shutdown = createShutdown({ after, monotonic, maxWaitMs: config.shutdown.shutdownMs, log });
  for (const warning of config.secrets.warnings) log.warn(warning);
  const { server, auth, limits, graphql } = config;
  const { trustedProxies } = server;
  const compression = server.compressResponses ? createCompression() : null;
  const outbound = await openOutbound({ config, isSimulated, clock, log });
  const toPrincipalKey = createToPrincipalKey({ trustedProxies, principalsAreVerified: !auth.callersBringTokens });
  const cpuShare = createCpuShare({ share: limits.cpuSharePerPrincipal, clock, cpuTimeMs });
  const guard = createGuard({
    authenticate: await createAuthenticate({ config: auth, fetchKeySet: outbound.fetchKeySet, clock, log }),
    isOpen: (request) => graphql.graphiql && asksForGraphiql(request, GRAPHQL_PATH),
    rate: createPrincipalRate({ perMinute: limits.rateLimitPerMinute, toPrincipalKey, now: clock.monotonic }),
    cpuShare,
    toPrincipalKey,
    logUnexpected,
  });
  const principalOf = (request: IncomingMessage): string => toPrincipalKey(request, guard.accessOf(request));
  const cpuWaitMs = cpuShare === null ? null : (request: IncomingMessage) => cpuShare.waitMs(principalOf(request));
  const protectHost = createProtectHost({ ...auth, ...server });
  const protect = (listener: RequestListener): RequestListener => closeStalled(protectHost(guard.protect(listener)));
  const secrets = createSecrets(config.platform.baseUrl, toConfiguredSecrets(config));
  const asyncReports = await openAsyncReports({
    config,
    clock,
    log,
    logUnexpected,
    accessOf: guard.accessOf,
    principalOf,
    cpuWaitMs,
    compression,
    hide: secrets.hideIn,
  });
  const { store, watches, callbackAddress } = asyncReports;
  const { exchange } = outbound;
  const keyValues = isSimulated ? createMemoryKeyValues() : store.keyValues;
  const platform = connectPlatform({ config, exchange, callbackAddress, secrets, keyValues, clock, log });
  const { own, reportsFor } = platform;

  const eventTurns = createEventTurns({
    budgetOf: createSubscriptionBudgets(limits.subscriptionBytesPerSecond, clock.monotonic),
    pauseMs: (principal) => cpuShare?.waitMs(principal) ?? 0,
    after: clock.after,
  });
  const createContext = createOperationContext({
    config,
    clock,
    reportsFor,
    asyncReports,
    shutdown: shutdown.signal,
  });
  const serve = (listener: RequestListener): RequestListener =>
    withSecurityHeaders(shutdown.track(withCors(withValidHead(listener), config.cors)), trustedProxies);
  const graphqlServer = protect(
    createGraphqlServer({
      accessOf: guard.accessOf,
      createContext,
      documentLimits: limits.documentLimits,
      preparedOperationsMaxBytes: limits.preparedOperationsMaxBytes,
      subscriptionLimit: { maxPerPrincipal: limits.subscriptionsPerPrincipal, principalOf },
      cpuWaitMs,
      eventTurns,
      after: clock.after,
      allowsOrigin: createAllowsOrigin(config.cors),
      compression,
      monotonic: clock.monotonic,
      ...graphql,
      samples: graphql.graphiql ? samples : null,
      now: clock.now,
      logUnexpected,
    }),
  );
  const toCallbackUrl = (serverUrl: string): string => callbackAddress.at(server.publicUrl ?? serverUrl);

  const close = async (): Promise<void> => {
    cpuShare?.close();
    outbound.close();
    await asyncReports.close();
  };
  let stopped: Promise<void> | null = null;
  const stop = async (how: RunOptions): Promise<void> => {
    await shutdown.run(how);
    await asyncReports.settle();
    await close();
  };

  return {
    listener: serve(
      createRoutes({
        beginning: {
          [CALLBACK_PATH]: asyncReports.receiver,
          [DOWNLOAD_PATH]: protect(asyncReports.downloads),
          ...(graphql.graphiql ? { [GRAPHIQL_FOLDER]: graphqlServer } : {}),
        },
        at: {
          [GRAPHQL_PATH]: graphqlServer,
          ...createProbes({
            isStarted,
            isStopping: shutdown.hasBegun,
            checkParts: createCheckParts({
              keyValues: store.keyValues,
              platform: platform.state,
              hasLostListener: () => own?.listenerCheck.hasLostListener() === true,
              isSpooling: asyncReports.isSpooling,
              clock,
            }),
            version: VERSION,
          }),
        },
      }),
    ),
    toCallbackUrl,
    async registerListener(serverUrl) {
      const { accountNumber } = config.platform;
      if (accountNumber === null || own === null) return;
      const listener = { accountNumber, name: LISTENER_NAME, url: callbackAddress.at(serverUrl) };
      await own.listeners.register(
        listener,
        createOperation(() => new AbortController().signal, false, NO_LIMITS),
      );
    },
    countWatches: watches.count,
    shutDown: (how) => (stopped ??= stop(how)),
    close,
  };
}
