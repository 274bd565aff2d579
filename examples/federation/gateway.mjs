import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { listen } from './listen.mjs';

/** Headers of the client that the device reports need. */
export const FORWARDED_HEADERS = ['authorization', 'cache-control', 'idempotency-key'];

/** The gateway subscribes with GET; the device reports accept GET only with this header, as protection against CSRF. */
const CSRF_HEADER = { 'apollo-require-preflight': 'true' };

/** The cost of 1,000 upstream calls: `@cost` gives each a weight of 100. */
const MAX_COST = 100_000;

/** Starts Hive Gateway with a supergraph, and GraphiQL at the same URL. Resolves to `{ url, close }`. */
export async function startGateway(supergraph, { port = 0, tabs = [], maxCost = MAX_COST } = {}) {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: 'warn',
    landingPage: false,
    renderGraphiQL: () =>
      renderGraphiQL({ title: 'Fleet and device reports', endpoint: '/graphql', defaultTabs: tabs }),
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ ...CSRF_HEADER, ...pickForwarded(request.headers) }),
    },
    demandControl: { maxCost, includeExtensionMetadata: true },
  });
  const { url, close } = await listen(gateway, port);
  return {
    url: `${url}/graphql`,
    async close() {
      await close();
      await gateway.dispose();
    },
  };
}

function pickForwarded(headers) {
  return Object.fromEntries(
    FORWARDED_HEADERS.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)]] : [])),
  );
}
