import { inject } from 'vitest';

interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

type Ask = (request: GraphqlRequest, headers?: Readonly<Record<string, string>>) => Promise<unknown>;

/** Queries the subgraph that the suite is about. */
export const productsRequest: Ask = (request, headers) => ask(inject('productsUrl'), request, headers);

/** Queries the supergraph of all three subgraphs. */
export const routerRequest: Ask = (request, headers) => ask(inject('routerUrl'), request, headers);

async function ask(url: string, request: GraphqlRequest, headers?: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return response.json();
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly productsUrl: string;
    readonly routerUrl: string;
  }
}
