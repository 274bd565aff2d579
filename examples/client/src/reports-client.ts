import { createClient } from 'graphql-sse';
import type { TypedDocumentString } from './gql/graphql.js';

/** Where `npm start` in the root of the repository listens. */
export const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

/** An error as the server reports it: docs/errors.md has the codes. */
export interface ReportedError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number };
}

/** A response. Both parts can be there: a device that failed does not hide the others. */
export interface Answer<Data> {
  readonly data: Data;
  readonly errors: readonly ReportedError[];
  /** Upstream calls that the operation cost. */
  readonly calls: number;
}

export interface ReportsClient {
  /** Runs a query or a mutation. Throws if the response has no data. */
  run<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Answer<Data>>;
  /** Follows a subscription to its end. Throws if it ends with an error. */
  follow<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): AsyncGenerator<Data>;
}

interface Body<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly ReportedError[];
  readonly extensions?: { readonly upstream?: { readonly calls: number } };
}

/** A client of the API at this URL. The token is asked for at each request, so it can be renewed. */
export function createReportsClient(url: string, getToken: () => string | undefined): ReportsClient {
  const headers = (): Record<string, string> => {
    const token = getToken();
    return token === undefined ? {} : { Authorization: `Bearer ${token}` };
  };
  const events = createClient({ url, headers });
  return {
    async run<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers(), 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ query: document, variables }),
      });
      const { data, errors = [], extensions } = (await response.json()) as Body<Data>;
      // Root fields can fail on their own. If nothing came back, the errors are all that there is.
      const isEmpty = Object.values(data ?? {}).every((value) => value === null);
      if (data === undefined || data === null || (isEmpty && errors.length > 0)) throw toError(errors);
      return { data, errors, calls: extensions?.upstream?.calls ?? 0 };
    },
    async *follow<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables) {
      const request = { query: document.toString(), variables: variables as Record<string, unknown> };
      for await (const event of events.iterate(request)) {
        const { data, errors = [] } = event as Body<Data>;
        if (data === undefined || data === null) throw toError(errors);
        yield data;
      }
    },
  };
}

function toError(errors: readonly ReportedError[]): Error {
  const texts = errors.map(({ message, extensions }) => `${extensions?.code ?? 'ERROR'}: ${message}`);
  return new Error(texts.join('\n'));
}
