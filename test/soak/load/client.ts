import type { IncomingMessage } from 'node:http';
import { nowMs } from '../time.ts';
import { ask, open, type HttpResponse } from './http.ts';
import type { Pass, ShowPass } from './pass.ts';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

export interface GraphqlAnswer<Data> {
  readonly status: number;
  readonly data: Data | null;
  readonly errors: readonly GraphqlError[];
  /** The codes of the warnings in the response. */
  readonly warnings: readonly string[];
}

interface WireAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: { readonly warnings?: readonly { readonly code: string }[] };
}

/** A client of the server under load. */
export interface LoadClient {
  /** Throws Hang and Unanswered. A response that is not GraphQL becomes an error with the code NO_GRAPHQL. */
  query<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer<Data>>;
  /** Subscribes. Resolves with the event stream when the server begins to respond. Throws Hang and Unanswered. */
  subscribe(query: string, variables: Readonly<Record<string, unknown>>): Promise<IncomingMessage>;
  /** Throws Hang and Unanswered. */
  download(url: string): Promise<HttpResponse>;
  /** The time of each response; of a stream, until it begins. */
  times(): readonly AnswerTime[];
}

export interface AnswerTime {
  readonly startedAtMs: number;
  readonly tookMs: number;
}

export interface AnswerLimits {
  readonly readMs: number;
  /** Longer, because the server does not cut off a mutation: a report that was started must be saved. */
  readonly mutationMs: number;
}

export interface LoadClientOptions {
  readonly url: string;
  readonly limits: AnswerLimits;
  readonly showPass: ShowPass;
}

/** Creates the client of one caller. It waits for each response at most for the limit. */
export function createLoadClient({ url, limits: { readMs, mutationMs }, showPass }: LoadClientOptions): LoadClient {
  const times: AnswerTime[] = [];
  const timed = async <T>(asking: () => Promise<T>): Promise<T> => {
    const startedAtMs = nowMs();
    return asking().finally(() => times.push({ startedAtMs, tookMs: nowMs() - startedAtMs }));
  };
  const toPost = (accept: string, query: string, variables: Readonly<Record<string, unknown>>, { headers }: Pass) => ({
    url,
    method: 'POST' as const,
    headers: { 'Content-Type': 'application/json', Accept: accept, ...headers },
    body: JSON.stringify({ query, variables }),
    limitMs: query.startsWith('mutation') ? mutationMs : readMs,
  });
  return {
    async query<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer<Data>> {
      const pass = await showPass();
      const { status, text } = await timed(() => ask(toPost('application/json', query, variables, pass)));
      pass.check(status);
      try {
        const { data = null, errors = [], extensions } = JSON.parse(text) as WireAnswer<Data>;
        return { status, data, errors, warnings: (extensions?.warnings ?? []).map(({ code }) => code) };
      } catch {
        const message = `${status} ${text.slice(0, 200)}`;
        return { status, data: null, errors: [{ message, extensions: { code: 'NO_GRAPHQL' } }], warnings: [] };
      }
    },
    async subscribe(query, variables) {
      const pass = await showPass();
      const response = await timed(() => open(toPost('text/event-stream', query, variables, pass)));
      try {
        pass.check(response.statusCode ?? 0);
      } catch (error) {
        response.destroy();
        throw error;
      }
      return response;
    },
    async download(link) {
      const { headers, check } = await showPass();
      const answer = await timed(() => ask({ url: link, method: 'GET', headers, limitMs: readMs }));
      check(answer.status);
      return answer;
    },
    times: () => times,
  };
}

/** The codes of a response's errors. */
export function codesOf({ errors }: GraphqlAnswer<unknown>): string[] {
  return errors.map(({ extensions }) => extensions?.code ?? 'NO_CODE');
}
