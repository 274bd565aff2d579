import { iterateEvents } from '../iterate-events.mjs';
import { DOCUMENTS } from '../operations.mjs';

/** For both versions of Apollo Client, which have the same interface where it is used here. */
export function createApolloDriver({ createApolloClient }, { url, token }) {
  const create = (at) => createApolloClient(at.url, () => at.token);
  const client = create({ url, token });
  const document = (name) => DOCUMENTS[name];
  const queryBy = (with_) => async (name, variables) => {
    const result = await with_.query({
      query: document(name),
      variables,
      errorPolicy: 'all',
      fetchPolicy: 'network-only',
    });
    return { data: result.data ?? null, errors: result.errors ?? result.error?.errors ?? [] };
  };
  return {
    query: queryBy(client),
    subscribe: (name, variables) =>
      iterateEvents(({ next, error, complete }) => {
        const results = client.subscribe({ query: document(name), variables });
        const subscription = results.subscribe({
          next: (result) => (result.error ? error(result.error) : next(result.data)),
          error,
          complete,
        });
        return () => subscription.unsubscribe();
      }),
    persisted: (at) => queryBy(create(at)),
    async pages(txid) {
      const variables = { txid, after: null };
      const query = client.watchQuery({ query: document('page'), variables });
      const subscription = query.subscribe({ next() {} });
      await client.query({ query: document('page'), variables });
      const read = () => client.readQuery({ query: document('page'), variables }).aggregatedReportRequest.usage;
      while (read().pageInfo.hasNextPage) await query.fetchMore({ variables: { after: read().pageInfo.endCursor } });
      subscription.unsubscribe();
      return read().edges.map(({ node }) => node.imei);
    },
    cached: (name, variables) => client.readQuery({ query: document(name), variables }),
    start(name, variables) {
      const subscription = client
        .watchQuery({ query: document(name), variables, fetchPolicy: 'network-only' })
        .subscribe({ next() {}, error() {} });
      return () => subscription.unsubscribe();
    },
    close: () => client.stop(),
  };
}
