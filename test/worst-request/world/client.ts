import { request as httpRequest } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  /** The beginning of the body as it came, at most 10,000 bytes. */
  readonly text: string;
}

/** A caller with a token. */
export interface Client {
  /** Sends a GraphQL request over a new connection. */
  send(body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

const LIMIT_MS = 120_000;

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
            response.on('data', (chunk: Buffer) => {
              if (bytes < 10_000) kept.push(chunk);
              bytes += chunk.length;
            });
            response.once('end', () => {
              resolve({
                status: response.statusCode ?? 0,
                bytes,
                text: Buffer.concat(kept).toString('utf8').slice(0, 10_000),
              });
            });
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
