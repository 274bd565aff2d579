import { setTimeout as wait } from 'node:timers/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';

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
  return {
    send(body, headers = {}) {
      const text = JSON.stringify(body);
      const sent = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        Authorization: `Bearer ${token}`,
        ...headers,
      };
      return new Promise((resolve, reject) => {
        const request = httpRequest(
          toUrl(),
          { method: 'POST', headers: sent, agent: false, timeout: LIMIT_MS },
          (response) => {
            const kept: Buffer[] = [];
            let bytes = 0;
            const finish = (): void => {
              const text = Buffer.concat(kept).toString('utf8').slice(0, MAX_TEXT);
              resolve({ status: response.statusCode ?? 0, bytes, text });
            };
            response.on('data', (chunk: Buffer) => {
              if (bytes < MAX_TEXT) kept.push(chunk);
              bytes += chunk.length;
              if (!isEvent(response, chunk)) return;
              finish();
              response.destroy();
            });
            response.once('end', finish);
            response.once('error', reject);
          },
        );
        request.once('timeout', () => request.destroy(new Error(`no response within ${LIMIT_MS} ms`)));
        request.once('error', reject);
        request.end(text);
      });
    },
  };
}

/** Whether the chunk ends an event; the stream begins with an empty comment. */
function isEvent({ headers }: IncomingMessage, chunk: Buffer): boolean {
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
  return isStream && chunk.length > 10 && chunk.subarray(-2).toString('latin1') === '\n\n';
}
