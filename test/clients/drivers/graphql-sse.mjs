import { collectPages } from '../collect-pages.mjs';
import { createEventClient } from '../dist/graphql-sse.js';
import { TEXTS } from '../operations.mjs';

export const packages = ['graphql-sse'];

export function createDriver({ url, token }) {
  const client = createEventClient(url, () => token);
  const iterate = (name, variables) => client.iterate({ query: TEXTS[name], variables });
  const query = async (name, variables) => {
    for await (const { data = null, errors = [] } of iterate(name, variables)) return { data, errors };
    throw new Error('there was no result');
  };
  return {
    query,
    async *subscribe(name, variables) {
      for await (const { data } of iterate(name, variables)) yield data;
    },
    persisted: 'sends texts only',
    pages: (txid) => collectPages(query, txid),
    cached: 'has no cache',
    start(name, variables) {
      const cancel = client.subscribe({ query: TEXTS[name], variables }, { next() {}, error() {}, complete() {} });
      return cancel;
    },
  };
}
