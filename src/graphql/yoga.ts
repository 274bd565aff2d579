import type { IncomingMessage, RequestListener } from 'node:http';
import { schema as reports } from '../../schema/index.ts';
import type { GraphqlConfig } from '../config/graphql.ts';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Access } from '../domain/access.ts';
import type { Compression } from '../http/compression.ts';
import type { IsFromAllowedPage } from '../http/cors.ts';
import type { TakeCpuTurn } from '../http/cpu-share.ts';
import { createSendJson } from '../http/json-response.ts';
import { systemClock, type Clock } from '../domain/clock.ts';
import { loadOnce } from '../turns/load-once.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { createDrain, type Drain } from '../http/response-drain.ts';
import { NOTHING_ELSEWHERE, type OpenElsewhere } from '../http/open-elsewhere.ts';
import { sendText, withErrorId } from '../http/text-response.ts';
import { createRunOperation } from './execution/run-operation.ts';
import { createFastLane, toOperationStart } from './fast-lane.ts';
import { withGraphiql } from './graphiql/graphiql.ts';
import type { Samples } from './graphiql/sample-tabs.ts';
import { createMaskError, type MaskError, type MaskErrorOptions } from './mask-error.ts';
import { openDocuments, type OpenDocuments, type OpenDocumentsOptions } from './open-documents.ts';
import { createOpenSubscriptions } from './open-subscriptions.ts';
import { withStatus } from './request-error.ts';
import { AT_ONCE, type EventTurns } from './event-turns.ts';
import { observeOperations, observeSubscriptions, type OperationObserver } from './observe-operations.ts';
import { traceOperations, traceSubscriptions } from './trace-operations.ts';
import { createTracing } from './tracing/tracing.ts';
import { createRunSubscription } from './run-subscription.ts';
import { startInTurns } from './start-in-turns.ts';
import { createStartOperation, type OperationStarters } from './start-operation.ts';

/** The path of the API and of GraphiQL. */
export const GRAPHQL_PATH = '/graphql';

/** 10,000 IMEIs take 180 kB. */
const MAX_BODY_BYTES = 1_000_000;

export interface GraphqlServerOptions
  extends
    Omit<GraphqlConfig, 'graphiql' | 'isProduction' | 'mcp' | 'overviewPage'>,
    Omit<OpenDocumentsOptions, 'persisted'> {
  /** The documents of this schema; by default they are opened without persisted ones. */
  readonly openDocuments?: OpenDocuments;
  /** The access of a request that the guard admitted. */
  readonly accessOf: (request: IncomingMessage) => Access;
  readonly createContext: (start: OperationStart) => OperationContext;
  readonly subscriptionLimit: SubscriptionLimit;
  /** By default, CPU time is not limited. */
  readonly takeCpuTurn?: TakeCpuTurn | null;
  /** When events of subscriptions are computed; by default at once. */
  readonly eventTurns?: EventTurns;
  /** Runs the work after that many milliseconds; by default in real time. */
  readonly after?: Clock['after'];
  /** Whether a page of another origin has sent a request, and may; by default none may. */
  readonly isFromAllowedPage?: IsFromAllowedPage;
  /** For the times in traces; by default in real time. */
  readonly monotonic?: Clock['monotonic'];
  /** Compresses long responses; null, the default, turns it off. */
  readonly compression?: Compression | null;
  /** Null turns GraphiQL off. */
  readonly samples: Samples | null;
  readonly now: () => number;
  readonly logUnexpected: LogUnexpected;
  /** Hear of each operation; by default nobody does. */
  readonly observers?: readonly OperationObserver[];
  /** Converts a failure of the store to the id of its line in the log; by default each one is logged. */
  readonly logStoreFailure?: MaskErrorOptions['logStoreFailure'];
}

/** How many subscriptions a caller may have open, and how callers are told apart. */
export interface SubscriptionLimit {
  /** 0 for no limit. */
  readonly maxPerPrincipal: number;
  /** What callers have open at other servers; by default nothing. */
  readonly elsewhere?: OpenElsewhere;
  /** Identifies the caller: the same text for all its requests. */
  readonly principalOf: (request: IncomingMessage) => string;
}

export interface GraphqlServer {
  /** Handles HTTP requests. */
  readonly listener: RequestListener;
  /** What a transport needs that is not one response to one request. */
  readonly operations: OperationStarters & {
    readonly takeCpuTurn: TakeCpuTurn | null;
    readonly drain: Drain;
    readonly maskError: MaskError;
    readonly maxMessageBytes: number;
  };
}

/** Serves the GraphQL API over HTTP: a fast lane for the usual request, and Yoga for all others. */
export function createGraphqlServer(options: GraphqlServerOptions): GraphqlServer {
  const { schema = reports, accessOf, createContext, reportCost, samples, now, logUnexpected } = options;
  const { subscriptionLimit, eventTurns = AT_ONCE } = options;
  const { after = systemClock.after, monotonic = systemClock.monotonic } = options;
  const { suggestions, federatedTraces, takeCpuTurn = null } = options;
  const { observers = [], logStoreFailure } = options;
  const { isFromAllowedPage = () => false, compression = null } = options;
  const { principalOf, maxPerPrincipal, elsewhere = NOTHING_ELSEWHERE } = subscriptionLimit;
  const maskError = createMaskError({ logUnexpected, suggestions, ...(logStoreFailure && { logStoreFailure }) });
  const { documents, persisted } = options.openDocuments ?? openDocuments(options);
  const startTracing = federatedTraces ? createTracing({ schema, clock: { now, monotonic } }) : null;
  const run = createRunOperation({ maskError, reportCost, startTracing });
  const runOperation = traceOperations(observeOperations(run, observers, monotonic));
  const subscribe = createRunSubscription({ maskError, turns: eventTurns });
  const runSubscription = traceSubscriptions(observeSubscriptions(subscribe, observers, monotonic));
  const openSubscriptions = createOpenSubscriptions(maxPerPrincipal, elsewhere);
  const drain = createDrain(after);
  const yoga = loadWithFirstRequest(async () => {
    const { createYogaLane } = await import('./yoga-lane.ts');
    return createYogaLane({
      path: GRAPHQL_PATH,
      maxBodyBytes: MAX_BODY_BYTES,
      schema,
      documents,
      persisted,
      runOperation,
      runSubscription,
      openSubscriptions,
      createContext: (request, response) =>
        createContext(toOperationStart(request, response, { accessOf, principalOf })),
      principalOf,
      takeCpuTurn,
      isFromAllowedPage,
      compression,
      drain,
      after,
      maskError: (error) => withStatus(maskError(error)),
    });
  }, logUnexpected);
  const fastLane = createFastLane({
    path: GRAPHQL_PATH,
    maxBodyBytes: MAX_BODY_BYTES,
    documents,
    persisted,
    runOperation,
    accessOf,
    principalOf,
    takeCpuTurn,
    createContext,
    maskError,
    sendJson: createSendJson(compression),
    yoga,
  });
  const starters = createStartOperation({
    documents,
    persisted,
    runOperation,
    runSubscription,
    openSubscriptions,
    createContext,
    maskError,
  });
  const inTurns = takeCpuTurn === null ? {} : startInTurns(starters, takeCpuTurn);
  const listener =
    samples === null ? fastLane : withGraphiql({ path: GRAPHQL_PATH, samples, now, logUnexpected }, fastLane);
  return {
    listener,
    operations: { ...starters, ...inTurns, takeCpuTurn, drain, maskError, maxMessageBytes: MAX_BODY_BYTES },
  };
}

/** Loads Yoga with the first request that needs it, because many servers never get one, and it takes a good part of a start. */
function loadWithFirstRequest(load: () => Promise<RequestListener>, logUnexpected: LogUnexpected): RequestListener {
  const loading = loadOnce(load);
  let loaded: RequestListener | null = null;
  return (request, response) => {
    if (loaded !== null) {
      loaded(request, response);
      return;
    }
    loading().then(
      (listener) => {
        loaded = listener;
        listener(request, response);
      },
      (error: unknown) => {
        const errorId = logUnexpected({ err: error }, 'Yoga could not be loaded');
        sendText(response, withErrorId({ status: 500, text: 'This request cannot be answered.' }, errorId));
      },
    );
  };
}
