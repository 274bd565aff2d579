import type { ServerResponse } from 'node:http';

/** What a request for GraphQL gets where it gets no result: an error as GraphQL tells them, with a status of its own. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** What happened, and what to do. */
  readonly message: string;
  /** Beside the code. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a refusal. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const body = toBody(refusal);
  response.writeHead(refusal.status, {
    ...CONTENT_TYPE,
    'Content-Length': Buffer.byteLength(body),
    ...refusal.headers,
  });
  response.end(body);
}

/** The same, as a response of the Fetch API. */
export function toRefusalResponse(
  refusal: Refusal,
  { Response: FetchResponse }: Pick<typeof globalThis, 'Response'>,
): Response {
  const headers = { ...CONTENT_TYPE, ...refusal.headers };
  return new FetchResponse(toBody(refusal), { status: refusal.status, headers });
}

const CONTENT_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

function toBody({ code, message, extensions }: Refusal): string {
  return JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] });
}
