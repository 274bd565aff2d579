import type { IncomingMessage, RequestListener } from 'node:http';
import type { Config } from '../config/config.ts';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Clock } from '../domain/clock.ts';
import { createEventTurns, createSubscriptionBudgets } from '../graphql/event-turns.ts';
import type { OperationObserver } from '../graphql/observe-operations.ts';
import type { OpenDocuments } from '../graphql/open-documents.ts';
import type { Samples } from '../graphql/graphiql/sample-tabs.ts';
import type { McpOptions } from '../graphql/mcp/mcp.ts';
import { withCallbackSubscriptions } from '../graphql/transports/callback-subscriptions.ts';
import { withEventStreams } from '../graphql/transports/event-streams.ts';
import type { PostToRouter } from '../graphql/transports/router-messages.ts';
import { createSockets, type SocketsOptions } from '../graphql/transports/sockets.ts';
import { createGraphqlServer, GRAPHQL_PATH } from '../graphql/yoga.ts';
import { createProtectOrigin } from '../http/allowed-origins.ts';
import type { Compression } from '../http/compression.ts';
import { createIsFromAllowedPage } from '../http/cors.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { withRequestLog } from '../http/request-log.ts';
import { createRoutes } from '../http/routes.ts';
import { createUpgradeListener, type UpgradeListener } from '../http/upgrade.ts';
import type { Callers } from './callers.ts';
import type { StoreLog } from './store-log.ts';

/** The path of the tools of the Model Context Protocol. */
export const MCP_PATH = '/mcp';

export interface GraphqlListenersOptions extends Pick<SocketsOptions, 'shutdown' | 'hold'> {
  readonly config: Config;
  readonly callers: Callers;
  readonly openDocuments: OpenDocuments;
  readonly createContext: (start: OperationStart) => OperationContext;
  readonly samples: Samples;
  /** Null if responses are not compressed. */
  readonly compression: Compression | null;
  readonly postToRouter: PostToRouter;
  /** What every request passes first. */
  readonly serve: (listener: RequestListener) => RequestListener;
  readonly clock: Clock;
  readonly logUnexpected: LogUnexpected;
  /** Hear of each operation. */
  readonly observers: readonly OperationObserver[];
  readonly requestClock: Clock['monotonic'] | null;
  readonly storeLog: StoreLog;
}

/** The GraphQL API, in every transport. */
export interface GraphqlListeners {
  /** Handles requests to the path of the API. */
  readonly listener: RequestListener;
  /** Handles every request for another protocol: WebSockets at the path of the API. */
  readonly upgrade: UpgradeListener;
  /** Handles requests to MCP_PATH; null if there are no tools. */
  readonly mcp: RequestListener | null;
}

/** Creates the listeners of the API. WebSockets pass the same checks as any request, and Origin. */
export async function createGraphqlListeners(options: GraphqlListenersOptions): Promise<GraphqlListeners> {
  const {
    config,
    callers,
    openDocuments,
    createContext,
    samples,
    compression,
    postToRouter,
    serve,
    clock,
    logUnexpected,
    observers,
    requestClock,
    storeLog,
    shutdown,
    hold,
  } = options;
  const { graphql, limits, server } = config;
  const { guard, principalOf } = callers;
  const eventTurns = createEventTurns({
    budgetOf: createSubscriptionBudgets(limits.subscriptionBytesPerSecond, clock.monotonic),
    pauseMs: callers.pauseMs,
    after: clock.after,
  });
  const isFromAllowedPage = createIsFromAllowedPage(config.cors);
  const { listener, operations } = createGraphqlServer({
    accessOf: guard.accessOf,
    createContext,
    ...limits,
    openDocuments,
    subscriptionLimit: {
      maxPerPrincipal: limits.subscriptionsPerPrincipal,
      principalOf,
      elsewhere: callers.openElsewhere,
    },
    takeCpuTurn: callers.takeCpuTurn,
    eventTurns,
    after: clock.after,
    isFromAllowedPage,
    compression,
    monotonic: clock.monotonic,
    ...graphql,
    samples: graphql.graphiql ? samples : null,
    now: clock.now,
    logUnexpected,
    observers,
    logStoreFailure: storeLog.failed,
  });
  const sockets = createSockets({
    ...operations,
    ...callers,
    findAccess: guard.findAccess,
    maxSocketsPerPrincipal: limits.socketsPerPrincipal,
    clock,
    logUnexpected,
    shutdown,
    hold,
  });
  const withCallbacks = withCallbackSubscriptions(listener, {
    ...operations,
    ...config.subscriptionCallbacks,
    postToRouter,
    accessOf: guard.accessOf,
    principalOf,
    clock,
    hold,
    logUnexpected,
  });
  const withStreams = withEventStreams(withCallbacks, {
    ...operations,
    accessOf: guard.accessOf,
    findAccess: guard.findAccess,
    principalOf,
    maxStreamsPerPrincipal: limits.socketsPerPrincipal,
    clock,
    logUnexpected,
    shutdown,
  });
  const protectOrigin = createProtectOrigin({ ...server, isFromAllowedPage });
  const handshakes = callers.protectHost(protectOrigin(guard.protect(sockets, hasNoCredentials)));
  const tools = graphql.mcp
    ? await openTools({ ...operations, ...callers, accessOf: guard.accessOf, logUnexpected })
    : null;
  return {
    // A page could otherwise use the tools through the browser of someone who can reach this server.
    mcp: tools && withRequestLog('request', protectOrigin(callers.protect(tools)), requestClock),
    listener: withRequestLog('request', callers.protect(withStreams), requestClock),
    upgrade: createUpgradeListener(serve(createRoutes({ beginning: {}, at: { [GRAPHQL_PATH]: handshakes } }))),
  };
}

async function openTools(options: McpOptions): Promise<RequestListener> {
  const { createMcp } = await import('../graphql/mcp/mcp.ts');
  return createMcp(options);
}

/** Then `connection_init` has to have them: a browser cannot send headers of its own with a handshake. */
function hasNoCredentials({ headers }: IncomingMessage): boolean {
  return headers.authorization === undefined;
}
