import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { listen } from './listen.mjs';

/** What a caller says of itself and of its request, and the device reports have to hear. */
const PASSED_ON = ['authorization', 'cache-control', 'idempotency-key'];

/** Serves a supergraph by Hive Gateway, GraphiQL at the same address. Resolves to its `url` and `close`. */
export async function startGateway(supergraph, { port = 0, tabs = [] } = {}) {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: 'warn',
    landingPage: false,
    renderGraphiQL: () =>
      renderGraphiQL({ title: 'Fleet and device reports', endpoint: '/graphql', defaultTabs: tabs }),
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) =>
        Object.fromEntries(
          PASSED_ON.map((name) => [name, request.headers.get(name)]).filter(([, value]) => value !== null),
        ),
    },
    demandControl: { maxCost: 100_000, includeExtensionMetadata: true },
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
