import { API_URL } from '../facts.ts';
import type { TypedDocumentString } from '../graphql/graphql.ts';
import { begin, isReported, type Upstream } from './cost.ts';
import { Failure, toFailureOf } from './failure.ts';
import { mustSignIn, toAuthHeaders, tokens } from './tokens.ts';

/** An error of a response that has data as well. */
export interface ApiError {
  readonly message: string;
  readonly code: string;
  readonly path: readonly (string | number)[];
}

export interface Answer<T> {
  readonly data: T;
  /** What is missing in the data, and why. */
  readonly errors: readonly ApiError[];
}

interface WireAnswer<T> {
  readonly data?: T | null;
  readonly errors?: readonly WireError[];
  readonly extensions?: { readonly upstream?: Upstream };
}

interface WireError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: { readonly code?: unknown };
}

/** Sends a query or mutation. Rejects with Failure if nothing came back, or with an AbortError if the signal is aborted. */
export async function run<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  signal: AbortSignal | null = null,
): Promise<Answer<T>> {
  const query = document.toString().trim();
  const end = begin(toName(query), query, variables);
  let upstream: Upstream | null = null;
  try {
    const answer = await post<T>({ query, variables }, signal);
    upstream = answer.extensions?.upstream ?? null;
    if (upstream === null && answer.data !== undefined) isReported.value = false;
    return toAnswer(answer);
  } finally {
    end(upstream);
  }
}

/** The name of the first operation of a document. */
export function toName(query: string): string {
  return /(?:query|mutation|subscription) (\w+)/.exec(query)?.[1] ?? 'operation';
}

export function toApiErrors(errors: readonly WireError[] = []): ApiError[] {
  return errors.map(({ message, path = [], extensions }) => ({
    message,
    path,
    code: typeof extensions?.code === 'string' ? extensions.code : 'ERROR',
  }));
}

async function post<T>(body: unknown, signal: AbortSignal | null): Promise<WireAnswer<T>> {
  const response = await fetch(API_URL, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...toAuthHeaders() },
    body: JSON.stringify(body),
    signal,
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new Failure('NETWORK', 'The server cannot be reached. Check that it is running, then try again.');
  });
  if (response.status === 401) mustSignIn.value = tokens.value === null ? 'first' : 'rejected';
  const text = await response.text();
  try {
    return JSON.parse(text) as WireAnswer<T>;
  } catch {
    // Something between the browser and the server answered instead.
    throw new Failure('HTTP', `HTTP ${response.status}: ${text.slice(0, 300)}`);
  }
}

function toAnswer<T>({ data, errors }: WireAnswer<T>): Answer<T> {
  const found = toApiErrors(errors);
  const failure = toFailureOf(found);
  const isEmpty = data === null || data === undefined || Object.values(data).every((value) => value === null);
  if (isEmpty && failure !== null) throw failure;
  if (data === null || data === undefined) throw new Failure('HTTP', 'The server sent no data.');
  return { data, errors: found };
}
