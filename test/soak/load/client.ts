import type { IncomingMessage } from 'node:http';
import { nowMs } from '../time.ts';
import { ask, open, type HttpAnswer } from './http.ts';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

export interface GraphqlAnswer<Data> {
  readonly data: Data | null;
  readonly errors: readonly GraphqlError[];
  /** The codes of what the answer warns of. */
  readonly warnings: readonly string[];
}

interface WireAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: { readonly warnings?: readonly { readonly code: string }[] };
}

/** The server under load, as its callers reach it. */
export interface LoadClient {
  /** Throws Hang and Unanswered; an answer that is no GraphQL is told as an error with the code NO_GRAPHQL. */
  query<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer<Data>>;
  /** Subscribes, and gives the stream of events once the server has begun to answer. Throws Hang and Unanswered. */
  subscribe(query: string, variables: Readonly<Record<string, unknown>>): Promise<IncomingMessage>;
  /** Throws Hang and Unanswered. */
  download(url: string): Promise<HttpAnswer>;
  /** How long each answer took, of a stream its beginning. */
  times(): readonly AnswerTime[];
}

export interface AnswerTime {
  readonly startedAtMs: number;
  readonly tookMs: number;
}

export interface AnswerLimits {
  readonly readMs: number;
  /** A mutation that is under way is not given up, for a report that was started has to be noted. */
  readonly mutationMs: number;
}

/** Speaks to a server, and waits for each answer at most so long. */
export function createLoadClient(url: string, { readMs, mutationMs }: AnswerLimits): LoadClient {
  const times: AnswerTime[] = [];
  const timed = async <T>(asking: () => Promise<T>): Promise<T> => {
    const startedAtMs = nowMs();
    return asking().finally(() => times.push({ startedAtMs, tookMs: nowMs() - startedAtMs }));
  };
  const toPost = (accept: string, query: string, variables: Readonly<Record<string, unknown>>) => ({
    url,
    method: 'POST' as const,
    headers: { 'Content-Type': 'application/json', Accept: accept },
    body: JSON.stringify({ query, variables }),
    limitMs: query.startsWith('mutation') ? mutationMs : readMs,
  });
  return {
    async query<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphqlAnswer<Data>> {
      const { status, text } = await timed(() => ask(toPost('application/json', query, variables)));
      try {
        const { data = null, errors = [], extensions } = JSON.parse(text) as WireAnswer<Data>;
        return { data, errors, warnings: (extensions?.warnings ?? []).map(({ code }) => code) };
      } catch {
        const message = `${status} ${text.slice(0, 200)}`;
        return { data: null, errors: [{ message, extensions: { code: 'NO_GRAPHQL' } }], warnings: [] };
      }
    },
    subscribe: (query, variables) => timed(() => open(toPost('text/event-stream', query, variables))),
    download: (link) => timed(() => ask({ url: link, method: 'GET', headers: {}, limitMs: readMs })),
    times: () => times,
  };
}

/** The codes of an answer's errors. */
export function codesOf({ errors }: GraphqlAnswer<unknown>): string[] {
  return errors.map(({ extensions }) => extensions?.code ?? 'NO_CODE');
}
