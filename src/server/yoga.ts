import type { RequestListener } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { schema } from '../../schema/index.ts';
import type { OperationContext } from '../context.ts';
import type { Log } from '../log.ts';
import { createMaskError } from './mask-error.ts';
import { useGraphiqlPage } from './plugins/use-graphiql-page.ts';
import type { SampleDevices } from './sample-operations.ts';
import { toCallerSignal } from './caller-signal.ts';

export const GRAPHQL_PATH = '/graphql';

/** 10,000 IMEIs of a request are 180 kB. */
const MOST_BODY_BYTES = 1_000_000;

export interface GraphqlServerOptions {
  /** Makes the context of one operation; the signal aborts when its client goes away. */
  readonly createContext: (signal: AbortSignal) => OperationContext;
  /** Null turns GraphiQL off. */
  readonly samples: SampleDevices | null;
  readonly now: () => number;
  readonly log: Log;
}

/** The GraphQL API over HTTP. */
export function createGraphqlServer({ createContext, samples, now, log }: GraphqlServerOptions): RequestListener {
  const yoga = createYoga({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ request }) => createContext(toCallerSignal(request.signal)),
    maskedErrors: { maskError: createMaskError(log) },
    maxRequestBodySize: MOST_BODY_BYTES,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    logging: false,
    plugins: [...(samples === null ? [] : [useGraphiqlPage({ path: GRAPHQL_PATH, samples, now })])],
  });
  return (request, response) => void yoga(request, response);
}
