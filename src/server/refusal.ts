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

/** The body of a refusal, in JSON. */
export function toRefusalBody({ code, message, extensions }: Refusal): string {
  return JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] });
}

/** Sends a refusal. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const body = toRefusalBody(refusal);
  response.writeHead(refusal.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...refusal.headers,
  });
  response.end(body);
}
