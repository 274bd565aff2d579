import { collectPages } from '../collect-pages.mjs';
import { createRequestClient } from '../dist/graphql-request.js';
import { DOCUMENTS } from '../operations.mjs';

export const packages = ['graphql-request'];

export function createDriver({ url, token }) {
  const client = createRequestClient(url, () => token);
  const query = async (name, variables, signal) => {
    const { data = null, errors = [] } = await client.rawRequest({ query: DOCUMENTS[name], variables, signal });
    return { data, errors };
  };
  return {
    query,
    subscribe: 'has no subscriptions; use graphql-sse beside it',
    persisted: 'sends texts only',
    pages: (txid) => collectPages(query, txid),
    cached: 'has no cache',
    start(name, variables) {
      const controller = new AbortController();
      query(name, variables, controller.signal).catch(() => {});
      return () => controller.abort();
    },
  };
}
