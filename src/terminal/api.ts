import { isObject, parseJson } from '../domain/json.ts';
import type { TypedDocumentString } from './documents/graphql.ts';
import { readEvents } from './event-stream.ts';
import { toApiError, toNetworkError, toStatusError, type SentError } from './api-errors.ts';
import { readChunks } from './read-chunks.ts';
import { EXIT, TerminalError } from './terminal-error.ts';

/** What an operation cost; null if the server does not report it (REPORT_UPSTREAM_COST). */
export interface Cost {
  readonly calls: number;
  readonly shared: number;
  readonly cached: number;
}

export interface Answer<Data> {
  readonly data: Data;
  /** Errors of parts of the data. */
  readonly errors: readonly SentError[];
  readonly cost: Cost | null;
}

/** The API of a server. Everything rejects with TerminalError. */
export interface Api {
  /** Runs a query or mutation. Rejects if it has no data. */
  send<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Answer<Data>>;
  /** Runs a subscription once: it ends, or rejects, when the connection does. */
  follow<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): AsyncIterable<Data>;
  /** Reads a file that the API links to. The token is only sent to the server of the API. */
  download(link: string): Promise<AsyncIterable<Uint8Array>>;
}

export interface ApiOptions {
  readonly url: URL;
  readonly token: string | null;
  readonly signal: AbortSignal;
}

/** No response of a server is longer than 32 MiB by default. */
const MAX_RESPONSE_BYTES = 128 * 1024 * 1024;
/** The path of the API in every server; a gateway may have more before it. */
const API_PATH = /\/graphql\/?$/;

/** Creates the client of a server. */
export function createApi({ url, token, signal }: ApiOptions): Api {
  const authorization: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` };
  const request = async (target: URL, init: RequestInit): Promise<Response> => {
    try {
      // A redirect could take the token elsewhere.
      return await fetch(target, { ...init, redirect: 'error', signal });
    } catch (error) {
      throw toNetworkError(target, error, signal);
    }
  };
  const post = (document: string, variables: unknown, accept: string): Promise<Response> =>
    request(url, {
      method: 'POST',
      headers: { ...authorization, Accept: accept, 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: document, variables }),
    });

  return {
    async send<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables) {
      const response = await post(document.toString(), variables, 'application/json');
      const { data, errors, cost } = readResult(await readText(response, url, signal), response.status);
      if (!isObject(data) || Object.values(data).every((value) => value === null))
        throw toApiError(errors[0] ?? { message: `${url.href} sent no data.`, code: null, retryAfterSeconds: null });
      return { data: data as Data, errors, cost };
    },
    async *follow<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables) {
      const response = await post(document.toString(), variables, 'text/event-stream');
      const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
      if (!isStream || response.body === null) {
        const { errors } = readResult(await readText(response, url, signal), response.status);
        throw errors[0] === undefined ? toStatusError(url, response.status) : toApiError(errors[0]);
      }
      try {
        for await (const text of readEvents(readChunks(response.body))) {
          const { data, errors } = readResult(text, response.status);
          if (errors[0] !== undefined) throw toApiError(errors[0]);
          yield data as Data;
        }
      } catch (error) {
        throw error instanceof TerminalError ? error : toNetworkError(url, error, signal);
      }
    },
    async download(link) {
      const target = toDownloadUrl(url, link);
      const response = await request(target, { headers: authorization });
      if (response.status !== 200 || response.body === null) throw toStatusError(target, response.status);
      return readChunks(response.body);
    },
  };
}

/** A link names PUBLIC_URL, or is a path. The file is on the server of the API, by whatever name that was reached. */
function toDownloadUrl(api: URL, link: string): URL {
  const { pathname, search } = new URL(link, api);
  const base = API_PATH.test(api.pathname) ? api.pathname.replace(API_PATH, '') : '';
  const path = pathname.slice(Math.max(0, pathname.lastIndexOf('/reports/')));
  return new URL(`${base}${path}${search}`, api.origin);
}

async function readText(response: Response, url: URL, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body === null ? [] : readChunks(response.body)) {
      bytes += chunk.length;
      if (bytes > MAX_RESPONSE_BYTES)
        throw new TerminalError(EXIT.failed, `${url.href} sent more than 128 MiB. Ask for less at once.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof TerminalError ? error : toNetworkError(url, error, signal);
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface Result {
  readonly data: unknown;
  readonly errors: readonly SentError[];
  readonly cost: Cost | null;
}

function readResult(text: string, status: number): Result {
  const body = parseJson(text);
  if (!isObject(body)) {
    const hint = 'Is there a device reports server at this URL? Set --url or DEVICE_REPORTS_URL.';
    throw new TerminalError(EXIT.failed, `The response is not GraphQL (HTTP ${status}). ${hint}`);
  }
  const { data = null, errors, extensions } = body;
  return { data, errors: Array.isArray(errors) ? errors.map(toSentError) : [], cost: readCost(extensions) };
}

function toSentError(error: unknown): SentError {
  const { message, extensions } = isObject(error) ? error : {};
  const { code, retryAfterSeconds } = isObject(extensions) ? extensions : {};
  return {
    message: typeof message === 'string' ? message : 'The server reported an error without a message.',
    code: typeof code === 'string' ? code : null,
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : null,
  };
}

function readCost(extensions: unknown): Cost | null {
  const upstream = isObject(extensions) ? extensions['upstream'] : null;
  if (!isObject(upstream)) return null;
  const count = (name: string): number => (typeof upstream[name] === 'number' ? upstream[name] : 0);
  return { calls: count('calls'), shared: count('shared'), cached: count('cached') };
}
