import type { RequestListener } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { schema } from '../../schema/index.ts';
import type { OperationContext, OperationStart } from '../context.ts';
import type { Log } from '../log.ts';
import { createMaskError } from './mask-error.ts';
import { useGraphiqlPage } from './plugins/use-graphiql-page.ts';
import { useUpstreamCost } from './plugins/use-upstream-cost.ts';
import type { SampleDevices } from './sample-operations.ts';
import { toCallerSignal } from './caller-signal.ts';

export const GRAPHQL_PATH = '/graphql';

/** 10,000 IMEIs of a request are 180 kB. */
const MOST_BODY_BYTES = 1_000_000;

export interface GraphqlServerOptions {
  readonly createContext: (start: OperationStart) => OperationContext;
  readonly reportCost: boolean;
  /** Null turns GraphiQL off. */
  readonly samples: SampleDevices | null;
  readonly now: () => number;
  readonly log: Log;
}

/** The GraphQL API over HTTP. */
export function createGraphqlServer(options: GraphqlServerOptions): RequestListener {
  const { createContext, reportCost, samples, now, log } = options;
  const yoga = createYoga({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ request }) =>
      createContext({
        signal: toCallerSignal(request.signal),
        mayUseCache: !asksForFresh(request.headers.get('cache-control')),
      }),
    maskedErrors: { maskError: createMaskError(log) },
    maxRequestBodySize: MOST_BODY_BYTES,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    logging: false,
    plugins: [
      ...(samples === null ? [] : [useGraphiqlPage({ path: GRAPHQL_PATH, samples, now })]),
      ...(reportCost ? [useUpstreamCost()] : []),
    ],
  });
  return (request, response) => void yoga(request, response);
}

/** RFC 9111, section 5.2.1.4: the caller wants figures from the platform itself. */
function asksForFresh(cacheControl: string | null): boolean {
  return cacheControl !== null && /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(cacheControl);
}
