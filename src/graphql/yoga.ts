import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { schema as reports } from '../../schema/index.ts';
import type { DocumentLimits } from '../config/limits.ts';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Access } from '../domain/access.ts';
import { asksForFresh, isHost } from '../http/forwarded.ts';
import type { LogUnexpected } from '../http/log-unexpected.ts';
import { toCancelSignal } from './execution/cancellation.ts';
import { createDocumentCache, createPreparedOperations } from './execution/operation-cache.ts';
import { createRunOperation } from './execution/run-operation.ts';
import { createFastLane } from './fast-lane.ts';
import { toErrorLocation, createMaskError } from './mask-error.ts';
import { useCsrfPrevention } from './plugins/use-csrf-prevention.ts';
import { useDocumentLimits } from './plugins/use-document-limits.ts';
import { useGraphiqlPage, type SampleDevices } from './plugins/use-graphiql-page.ts';
import { useReadableBodies, useAcceptedMediaTypes, useUncachedEvents } from './plugins/use-http-conventions.ts';
import { useNoBatching } from './plugins/use-no-batching.ts';
import { usePreparedOperations } from './plugins/use-prepared-operations.ts';
import {
  useSubscriptionBudget,
  useSubscriptionLimit,
  type SubscriptionLimit,
} from './plugins/use-subscription-limits.ts';
import {
  useUnconditionalSubscriptions,
  useMaxValidationErrors,
  useNoIntrospection,
  useNoSuggestions,
} from './plugins/use-validation-rules.ts';

export const GRAPHQL_PATH = '/graphql';

/** 10,000 IMEIs of a request are 180 kB. */
const MAX_BODY_BYTES = 1_000_000;

export interface GraphqlServerOptions {
  /** What is served; the reports where nothing else is. */
  readonly schema?: GraphQLSchema;
  /** Who sends a request, of one that was let in. */
  readonly accessOf: (request: IncomingMessage) => Access;
  readonly createContext: (start: OperationStart) => OperationContext;
  readonly documentLimits: DocumentLimits;
  readonly subscriptionLimit: SubscriptionLimit;
  readonly reportCost: boolean;
  /** Null turns GraphiQL off. */
  readonly samples: SampleDevices | null;
  /** Whether callers may ask what the schema is. */
  readonly introspection: boolean;
  /** Whether errors tell which names of the schema may have been meant. */
  readonly suggestions: boolean;
  readonly now: () => number;
  readonly logUnexpected: LogUnexpected;
}

/** The GraphQL API over HTTP: Yoga, and before it a lane for the operations that Yoga has seen. */
export function createGraphqlServer(options: GraphqlServerOptions): RequestListener {
  const { schema = reports, accessOf, createContext, reportCost, samples, now, logUnexpected } = options;
  const { documentLimits, subscriptionLimit, introspection, suggestions } = options;
  const maskError = createMaskError({ logUnexpected, suggestions });
  const maskForYoga = (error: unknown): GraphQLError => toYogaError(maskError(error));
  const preparedOperations = createPreparedOperations();
  const runOperation = createRunOperation({ schema, maskError, reportCost });
  const yoga = createYoga<{ req: IncomingMessage; res: ServerResponse }>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ request, req }) =>
      createContext({
        access: accessOf(req),
        signal: toCancelSignal(request.signal),
        mayUseCache: !asksForFresh(request.headers.get('cache-control')),
        header: (name) => request.headers.get(name),
      }),
    maskedErrors: { maskError: maskForYoga },
    maxRequestBodySize: MAX_BODY_BYTES,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    parserAndValidationCache: createDocumentCache(),
    logging: false,
    // A path that no request can have: Yoga would take any address that ends in /health for its own.
    healthCheckEndpoint: ' ',
    plugins: [
      ...(samples === null ? [] : [useGraphiqlPage({ path: GRAPHQL_PATH, samples, now, logUnexpected })]),
      useCsrfPrevention(),
      useReadableBodies(),
      useNoBatching(),
      useDocumentLimits(documentLimits),
      useMaxValidationErrors(),
      useUncachedEvents(),
      useAcceptedMediaTypes(),
      ...(introspection ? [] : [useNoIntrospection()]),
      ...(suggestions ? [] : [useNoSuggestions()]),
      useUnconditionalSubscriptions(),
      usePreparedOperations(preparedOperations, runOperation),
      useSubscriptionBudget(schema, maskForYoga),
      useSubscriptionLimit(subscriptionLimit, maskForYoga),
    ],
  });
  return createFastLane({
    path: GRAPHQL_PATH,
    maxBodyBytes: MAX_BODY_BYTES,
    preparedOperations,
    runOperation,
    accessOf,
    createContext,
    maskError,
    yoga: (request, response) => void yoga(withHost(request), response),
  });
}

/** Extensions by which Yoga knows the status of a request that is left without data; it takes them away again. */
const STATUS_EXTENSIONS: Readonly<Record<string, object>> = {
  INTERNAL_SERVER_ERROR: { unexpected: true },
  BUDGET_EXCEEDED: { http: { status: 400 } },
  TOO_MANY_SUBSCRIPTIONS: { http: { status: 429 } },
};

function toYogaError(error: GraphQLError): GraphQLError {
  const { code } = error.extensions;
  const more = typeof code === 'string' ? STATUS_EXTENSIONS[code] : undefined;
  if (more === undefined) return error;
  return new GraphQLError(error.message, { ...toErrorLocation(error), extensions: { ...error.extensions, ...more } });
}

/**
 * Yoga makes an address of the header Host and the path: a Host that is none would be answered with a stack trace, and one with a
 * path in it would be another path than the one that was looked at before.
 */
function withHost(request: IncomingMessage): IncomingMessage {
  if (!isHost(request.headers.host ?? '')) request.headers.host = 'localhost';
  return request;
}
