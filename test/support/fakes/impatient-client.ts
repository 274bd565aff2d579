import { request } from 'node:http';
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

/** A caller with a connection of its own, which it can close before the response arrives. */
export interface ImpatientClient {
  abort(): void;
}

export function askImpatiently<T, V>(url: string, document: TypedDocumentNode<T, V>, variables: V): ImpatientClient {
  const asking = request(url, { method: 'POST', agent: false, headers: { 'Content-Type': 'application/json' } });
  // An error does not matter, because nothing waits for the response.
  asking.on('error', () => undefined);
  asking.end(JSON.stringify({ query: print(document), variables }));
  return { abort: () => void asking.destroy() };
}
