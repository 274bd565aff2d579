import type { ServerResponse } from 'node:http';

/** A plain-text response to a request that is not GraphQL. */
export interface TextResponse {
  readonly status: number;
  /** What happened, and what to do. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a line break follows the text; by default it does. */
  readonly isLine?: boolean;
}

/** Sends a plain-text response. */
export function sendText(response: ServerResponse, { status, text, headers = {}, isLine = true }: TextResponse): void {
  const body = isLine ? `${text}\n` : text;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** Appends the id by which the operator finds more in the log. */
export function withErrorId(response: TextResponse, errorId: string): TextResponse {
  return { ...response, text: `${response.text} (errorId ${errorId})` };
}
