import { Agent, request as httpRequest } from 'node:http';
import type { RawAnswer, RawRequest } from '../raw-request.ts';

/** Sends requests over keep-alive connections, exactly as written. */
export interface Sender {
  /** Resolves with the response; of a stream, only up to its first event. Rejects if there is none, or if the signal aborts. */
  send(request: RawRequest, signal?: AbortSignal): Promise<RawAnswer>;
  close(): void;
}

/** The beginning of a stream: one event, or one part up to its boundary. */
const FIRST_OF_STREAM = /event: \w+\ndata: .*\n\n|\r\n\r\n.*\r\n---/;
const MAX_WAIT_MS = 20_000;

export function createSender(origin: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 30 });
  return {
    send: ({ method = 'POST', path = '/graphql', headers = {}, body }, signal) =>
      new Promise((resolve, reject) => {
        const sending = httpRequest(
          `${origin}${path}`,
          { method, headers, agent, timeout: MAX_WAIT_MS, ...(signal === undefined ? {} : { signal }) },
          (response) => {
            const isStream = /^text\/event-stream|^multipart\//.test(response.headers['content-type'] ?? '');
            const chunks: Buffer[] = [];
            const end = (): void =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks).toString(),
              });
            response.on('data', (chunk: Buffer) => {
              chunks.push(chunk);
              if (!isStream || !FIRST_OF_STREAM.test(Buffer.concat(chunks).toString())) return;
              end();
              sending.destroy();
            });
            response.on('end', end);
            response.on('error', reject);
          },
        );
        sending.on('timeout', () => sending.destroy(new Error('no response')));
        sending.on('error', reject);
        if (Array.isArray(body)) {
          for (const piece of body as readonly string[]) sending.write(piece);
          sending.end();
        } else sending.end(body);
      }),
    close: () => agent.destroy(),
  };
}
