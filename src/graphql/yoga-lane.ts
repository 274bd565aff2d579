import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { OperationContext } from '../context.ts';
import type { Clock } from '../domain/clock.ts';
import type { Compression } from '../http/compression.ts';
import type { IsFromAllowedPage } from '../http/cors.ts';
import type { TakeCpuTurn } from '../http/cpu-share.ts';
import { isHost } from '../http/host.ts';
import type { Drain } from '../http/response-drain.ts';
import type { Documents } from './execution/documents.ts';
import type { RunOperation } from './execution/run-operation.ts';
import type { OpenSubscriptions } from './open-subscriptions.ts';
import type { PersistedDocuments } from './persisted/persisted-documents.ts';
import { useCacheHeaders } from './plugins/use-cache-headers.ts';
import { useCompression } from './plugins/use-compression.ts';
import { useCpuTurns } from './plugins/use-cpu-turns.ts';
import { useCsrfPrevention } from './plugins/use-csrf-prevention.ts';
import {
  useAcceptedMediaTypes,
  useEmptyOperationNames,
  useJoinedVary,
  useReadableBodies,
  useUncachedEvents,
} from './plugins/use-http-conventions.ts';
import { useMultipartSubscriptions } from './plugins/use-multipart-subscriptions.ts';
import { useNoBatching } from './plugins/use-no-batching.ts';
import { usePersistedDocuments } from './plugins/use-persisted-documents.ts';
import { usePreparedDocuments } from './plugins/use-prepared-documents.ts';
import { useSubscriptionLimit } from './plugins/use-subscription-limits.ts';
import type { RunSubscription } from './run-subscription.ts';

export interface YogaLaneOptions {
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly persisted: PersistedDocuments;
  readonly runOperation: RunOperation;
  readonly runSubscription: RunSubscription;
  readonly openSubscriptions: OpenSubscriptions;
  readonly createContext: (request: IncomingMessage, response: ServerResponse) => OperationContext;
  /** Identifies the caller: the same text for all its requests. */
  readonly principalOf: (request: IncomingMessage) => string;
  /** Null if CPU time is not limited. */
  readonly takeCpuTurn: TakeCpuTurn | null;
  readonly isFromAllowedPage: IsFromAllowedPage;
  /** Null if responses are not compressed. */
  readonly compression: Compression | null;
  readonly drain: Drain;
  readonly after: Clock['after'];
  /** Masks an error, with the HTTP status that it means. */
  readonly maskError: (error: unknown) => GraphQLError;
}

/** Creates the listener of requests that the fast lane does not handle: GET, subscriptions, other media types. */
export function createYogaLane(options: YogaLaneOptions): RequestListener {
  const { path, maxBodyBytes, schema, documents, persisted, runOperation, runSubscription, openSubscriptions } =
    options;
  const { createContext, principalOf, takeCpuTurn, isFromAllowedPage, compression, drain, after, maskError } = options;
  const yoga = createYoga<{ req: IncomingMessage; res: ServerResponse }>({
    schema,
    graphqlEndpoint: path,
    context: ({ req, res }) => createContext(req, res),
    maskedErrors: { maskError },
    maxRequestBodySize: maxBodyBytes,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    parserAndValidationCache: false,
    logging: false,
    // A path that no request can have. By default, Yoga claims every URL that ends in /health.
    healthCheckEndpoint: ' ',
    plugins: [
      useCsrfPrevention(isFromAllowedPage),
      useReadableBodies(),
      useNoBatching(),
      usePersistedDocuments(persisted, principalOf),
      useEmptyOperationNames(),
      ...(takeCpuTurn === null ? [] : [useCpuTurns(takeCpuTurn, principalOf)]),
      useUncachedEvents(),
      useMultipartSubscriptions(after),
      useAcceptedMediaTypes(),
      usePreparedDocuments(documents, runOperation, runSubscription, drain, maskError),
      useSubscriptionLimit(openSubscriptions, maskError),
      useCacheHeaders(),
      ...(compression === null ? [] : [useCompression(compression)]),
      useJoinedVary(),
    ],
  });
  return (request, response) => void yoga(withHost(request), response);
}

/**
 * Yoga builds a URL from the header Host and the path, and would send a stack trace without a Host. HTTP/1.0 needs none; any other
 * request without a valid one was rejected before.
 */
function withHost(request: IncomingMessage): IncomingMessage {
  if (!isHost(request.headers.host ?? '')) request.headers.host = 'localhost';
  return request;
}
