import type { IncomingMessage, ServerResponse } from 'node:http';
import { MIN_COMPRESSED_CHARACTERS, type Compression } from './compression.ts';
import { addVary } from './vary.ts';

/** A JSON response whose body is known in full. */
export interface JsonResponse {
  readonly status: number;
  /** Without the charset. */
  readonly mediaType: string;
  readonly body: string;
}

/** Sends a JSON response, compressed if it is long and the client accepts that. Resolves when it is handed over. */
export type SendJson = (request: IncomingMessage, response: ServerResponse, json: JsonResponse) => Promise<void> | void;

/** Creates the function that sends JSON responses. Null turns compression off. */
export function createSendJson(compression: Compression | null): SendJson {
  return (request, response, json) => {
    if (compression === null || json.body.length < MIN_COMPRESSED_CHARACTERS) {
      send(response, json, json.body);
      return;
    }
    addVary(response, 'Accept-Encoding');
    const acceptEncoding = request.headers['accept-encoding'];
    if (acceptEncoding === undefined) {
      send(response, json, json.body);
      return;
    }
    return compression.body(acceptEncoding, json.body).then((compressed) => {
      if (response.destroyed) return;
      if (compressed !== null) response.setHeader('Content-Encoding', compressed.encoding);
      send(response, json, compressed?.bytes ?? json.body);
    });
  };
}

function send(response: ServerResponse, { status, mediaType }: JsonResponse, body: string | Buffer): void {
  response.writeHead(status, {
    'Content-Type': `${mediaType}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
