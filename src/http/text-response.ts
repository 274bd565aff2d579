import type { ServerResponse } from 'node:http';

/** What a request that is no GraphQL gets where it gets nothing else. */
export interface TextResponse {
  readonly status: number;
  /** What happened, and what to do. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a plain text. */
export function sendText(response: ServerResponse, { status, text, headers = {} }: TextResponse): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** The answer with the id under which the operator finds more of it in the log. */
export function withErrorId(response: TextResponse, errorId: string): TextResponse {
  return { ...response, text: `${response.text} (errorId ${errorId})` };
}
