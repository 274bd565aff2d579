import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import type { DocumentNode } from 'graphql';

/** A client of the API at this URL. It sends the ids of documents, never their texts. */
export function createApolloClient(url: string, getToken: () => string | null): ApolloClient {
  const withToken = new ApolloLink((operation, forward) => {
    const token = getToken();
    if (token !== null) operation.setContext({ headers: { Authorization: `Bearer ${token}` } });
    return forward(operation);
  });
  return new ApolloClient({
    // Subscriptions take the same way: HttpLink reads them as parts of one response.
    link: ApolloLink.from([byId, withToken, new HttpLink({ uri: url })]),
    cache: new InMemoryCache({
      typePolicies: {
        // Whatever operation returns a report, it is one object in the cache, so progress reaches the list by itself.
        AggregatedReportRequest: { keyFields: ['txid'] },
        Query: { fields: { aggregatedReportRequests: { keyArgs: ['accountNumber', 'status'] } } },
      },
    }),
  });
}

const byId = new ApolloLink((operation, forward) => {
  operation.extensions = {
    ...operation.extensions,
    persistedQuery: { version: 1, sha256Hash: findId(operation.query) },
  };
  operation.setContext({ http: { includeQuery: false, includeExtensions: true } });
  return forward(operation);
});

/** The id that the code generator wrote into the document. */
function findId(document: DocumentNode & { readonly __meta__?: { readonly hash?: string } }): string {
  const id = document.__meta__?.hash;
  if (id === undefined) throw new Error('The document has no id: it is not from operations/.');
  // From version 6, the preset writes ids with this prefix.
  return id.replace(/^sha256:/, '');
}
