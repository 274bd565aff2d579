import type { ServerResponse } from 'node:http';

/** The response to a GraphQL request that is rejected before it runs: one GraphQL error, with an HTTP status. */
export interface ErrorResponse {
  readonly status: number;
  readonly code: string;
  /** What happened, and what to do. */
  readonly message: string;
  /** When the request may be sent again; also sent as the header Retry-After. */
  readonly retryAfterSeconds?: number;
  /** Extensions besides the code. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an error response. */
export function sendErrorResponse(response: ServerResponse, error: ErrorResponse): void {
  const body = toBody(error);
  const headers = toHeaders(error, response.req.headers.accept);
  response.writeHead(error.status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** Returns the error response to a request as an object of the Fetch API. */
export function toFetchErrorResponse(
  error: ErrorResponse,
  request: Pick<Request, 'headers'>,
  { Response: FetchResponse }: Pick<typeof globalThis, 'Response'>,
): Response {
  const headers = toHeaders(error, request.headers.get('accept') ?? undefined);
  return new FetchResponse(toBody(error), { status: error.status, headers });
}

/** By this media type, clients know that the body is a GraphQL response, whatever its status. */
const GRAPHQL_RESPONSE = 'application/graphql-response+json';

function toHeaders({ retryAfterSeconds, headers }: ErrorResponse, accept: string | undefined): Record<string, string> {
  const mediaType = accept?.includes(GRAPHQL_RESPONSE) === true ? GRAPHQL_RESPONSE : 'application/json';
  return {
    'Content-Type': `${mediaType}; charset=utf-8`,
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...headers,
  };
}

function toBody(error: ErrorResponse): string {
  return JSON.stringify({ errors: toFormattedErrors(error) });
}

/** The error of an error response, as a transport without HTTP statuses sends it. */
export function toFormattedErrors({ code, message, retryAfterSeconds, extensions }: ErrorResponse) {
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return [{ message, extensions: { code, ...retry, ...extensions } }];
}
