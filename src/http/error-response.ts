import type { ServerResponse } from 'node:http';

/** What a request for GraphQL gets where it gets no result: an error as GraphQL tells them, with a status of its own. */
export interface ErrorResponse {
  readonly status: number;
  readonly code: string;
  /** What happened, and what to do. */
  readonly message: string;
  /** When it may be sent again, told in the header Retry-After, too. */
  readonly retryAfterSeconds?: number;
  /** Beside the code. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a refusal. */
export function sendErrorResponse(response: ServerResponse, error: ErrorResponse): void {
  const body = toBody(error);
  response.writeHead(error.status, { ...toHeaders(error), 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** The same, as a response of the Fetch API. */
export function toFetchErrorResponse(
  error: ErrorResponse,
  { Response: FetchResponse }: Pick<typeof globalThis, 'Response'>,
): Response {
  return new FetchResponse(toBody(error), { status: error.status, headers: toHeaders(error) });
}

function toHeaders({ retryAfterSeconds, headers }: ErrorResponse): Record<string, string> {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...headers,
  };
}

function toBody({ code, message, retryAfterSeconds, extensions }: ErrorResponse): string {
  return JSON.stringify({ errors: [{ message, extensions: { code, retryAfterSeconds, ...extensions } }] });
}
