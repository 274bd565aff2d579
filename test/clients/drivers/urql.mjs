import { createUrqlClient } from '../dist/urql.js';
import { iterateEvents } from '../iterate-events.mjs';
import { DOCUMENTS } from '../operations.mjs';

export const packages = ['@urql/core', '@urql/exchange-graphcache', '@urql/exchange-persisted'];

export const createDriver = (world) => createUrqlDriver(world, DOCUMENTS);

/** For documents of any origin, by their names. */
export function createUrqlDriver({ url, token }, documents) {
  const create = (at) => createUrqlClient(at.url, () => at.token);
  const client = create({ url, token });
  const queryBy = (with_) => async (name, variables, context) => {
    const { data, error } = await with_.query(documents[name], variables, context).toPromise();
    if (error?.networkError) throw error.networkError;
    return { data: data ?? null, errors: error?.graphQLErrors ?? [] };
  };
  return {
    query: (name, variables) => queryBy(client)(name, variables, { requestPolicy: 'network-only' }),
    subscribe: (name, variables) =>
      iterateEvents(({ next, error, complete }) => {
        const { unsubscribe } = client.subscription(documents[name], variables).subscribe((result) => {
          if (result.error) error(result.error);
          else next(result.data);
          if (result.hasNext === false) complete();
        });
        return unsubscribe;
      }),
    persisted: (at) => queryBy(create(at)),
    async pages(txid) {
      let after = null;
      let read;
      do {
        read = await queryBy(client)('page', { txid, after });
        after = read.data.aggregatedReportRequest.usage.pageInfo.endCursor;
      } while (read.data.aggregatedReportRequest.usage.pageInfo.hasNextPage);
      // The cache joins the pages.
      return read.data.aggregatedReportRequest.usage.edges.map(({ node }) => node.imei);
    },
    cached: (name, variables) => client.readQuery(documents[name], variables, { requestPolicy: 'cache-only' }).data,
    start(name, variables) {
      const { unsubscribe } = client
        .query(documents[name], variables, { requestPolicy: 'network-only' })
        .subscribe(() => {});
      return unsubscribe;
    },
  };
}
