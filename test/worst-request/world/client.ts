import { setTimeout as wait } from 'node:timers/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  /** The beginning of the body as it came, at most 10,000 bytes. */
  readonly text: string;
}

/** A caller with a token. */
export interface Client {
  /** Sends a GraphQL request over a new connection. The answer to a subscription is its first event. */
  send(body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The same with the JSON of the body. */
  sendJson(body: Buffer, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

const LIMIT_MS = 120_000;
const MAX_TEXT = 10_000;

/** Sends a request, again after a second each time that the server limits its caller. */
export async function sendPatiently(client: Client, body: object): Promise<Answer> {
  for (;;) {
    const answer = await client.send(body);
    if (answer.status !== 429) return answer;
    await wait(1_000);
  }
}

/** `toUrl` returns where the server is now. */
export function createClient(toUrl: () => string, token: string): Client {
  const sendJson = (body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const sent = {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      Authorization: `Bearer ${token}`,
      ...headers,
    };
    return new Promise((resolve, reject) => {
      // Pings do not count as a response.
      const limit = setTimeout(() => request.destroy(new Error(`no response within ${LIMIT_MS} ms`)), LIMIT_MS);
      const request = httpRequest(toUrl(), { method: 'POST', headers: sent, agent: false }, (response) => {
        const kept: Buffer[] = [];
        let bytes = 0;
        const finish = (): void => {
          const text = Buffer.concat(kept).toString('utf8').slice(0, MAX_TEXT);
          resolve({ status: response.statusCode ?? 0, bytes, text });
        };
        response.on('data', (chunk: Buffer) => {
          if (bytes < MAX_TEXT) kept.push(chunk);
          bytes += chunk.length;
        });
        onFirstEvent(response, () => {
          finish();
          response.destroy();
        });
        response.once('end', finish);
        response.once('error', reject);
      });
      request.once('error', reject);
      request.once('close', () => clearTimeout(limit));
      request.end(body);
    });
  };
  return { send: (body, headers) => sendJson(Buffer.from(JSON.stringify(body)), headers), sendJson };
}

/** Calls the listener when the first event of a stream is complete. The stream begins with an empty comment. */
function onFirstEvent(response: IncomingMessage, listener: () => void): void {
  const { 'content-type': type, 'content-encoding': encoding } = response.headers;
  if (type?.startsWith('text/event-stream') !== true) return;
  const plain = encoding === 'gzip' ? response.pipe(createGunzip()) : response;
  plain.on('data', (chunk: Buffer) => {
    if (chunk.length > 10 && chunk.subarray(-2).toString('latin1') === '\n\n') listener();
  });
  // The client breaks off in the middle.
  plain.on('error', () => undefined);
}
