import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { listen } from './listen.mjs';

/** What a caller says of itself and of its request, and the device reports have to hear. */
const PASSED_ON = ['authorization', 'cache-control', 'idempotency-key'];

/** Shows the device reports that no page of another site has a browser send this: subscriptions come by GET. */
const NO_BROWSER = { 'apollo-require-preflight': 'true' };

/** 1,000 upstream calls: what @cost says they are. */
const MOST_COST = 100_000;

/** Serves a supergraph by Hive Gateway, GraphiQL at the same address. Resolves to its `url` and `close`. */
export async function startGateway(supergraph, { port = 0, tabs = [], maxCost = MOST_COST } = {}) {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: 'warn',
    landingPage: false,
    renderGraphiQL: () =>
      renderGraphiQL({ title: 'Fleet and device reports', endpoint: '/graphql', defaultTabs: tabs }),
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ ...NO_BROWSER, ...toPassedOn(request.headers) }),
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

function toPassedOn(headers) {
  return Object.fromEntries(PASSED_ON.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)]] : [])));
}
