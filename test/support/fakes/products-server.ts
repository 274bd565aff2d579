import type { OperationContext } from '../../../src/context.ts';
import { readConfig } from '../../../src/config/config.ts';
import { ANYONE } from '../../../src/domain/access.ts';
import { createGraphqlServer } from '../../../src/graphql/yoga.ts';
import { startServer } from '../../../src/http/listen.ts';
import { createFixedContext } from '../world/fixed-context.ts';
import { createProducts } from './products.ts';

export interface ProductsServer {
  readonly url: string;
  /** The schema as gateways read it. */
  readonly sdl: string;
  close(): Promise<void>;
}

/** Serves Apollo's products with the server of the reports. `linkUrl` is the version of Federation that their schema links. */
export async function startProducts(linkUrl: string): Promise<ProductsServer> {
  const { listener } = createGraphqlServer({
    accessOf: () => ANYONE,
    schema: createProducts(linkUrl),
    // The server needs it; the products do not.
    createContext: ({ wantsTrace }) => ({ ...createFixedContext(), wantsTrace }) as OperationContext,
    preparedOperationsMaxBytes: 2 ** 25,
    documentLimits: readConfig({}).limits.documentLimits,
    subscriptionLimit: { maxPerPrincipal: 0, principalOf: () => 'anyone' },
    reportCost: false,
    samples: null,
    now: Date.now,
    introspection: true,
    suggestions: true,
    federatedTraces: true,
    logUnexpected: () => 'none',
  });
  const server = await startServer(listener, { host: '127.0.0.1', port: 0, requestTimeoutMs: 30_000 });
  const url = `${server.url}/graphql`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
  return { url, sdl: data._service.sdl, close: () => server.close() };
}
