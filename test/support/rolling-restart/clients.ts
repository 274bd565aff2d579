import { Agent, request as httpRequest } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Posts over connections that stay open. Rejects if the connection breaks. */
export type Post = (url: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;

/** Creates a client with at most this many connections. */
export function createPost(maxSockets: number): { readonly post: Post; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets });
  return {
    post: (url, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const sent = { 'Content-Type': 'application/json', ...headers };
        const posting = httpRequest(url, { method: 'POST', headers: sent, agent }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        });
        posting.on('error', reject);
        posting.end(JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}

/** Something that went wrong, and when (epoch milliseconds). */
export interface Failure {
  readonly atMs: number;
  readonly what: string;
}

/** Work that several loops do again and again. */
export interface Load {
  /** How often it was done. */
  count(): number;
  /** Stops the loops. Resolves when the work in progress is done. */
  stop(): Promise<void>;
}

const MAX_FAILURE_LENGTH = 300;
const PAUSE_AFTER_FAILURE_MS = 100;

/** Runs loops at once until they are stopped. What a loop throws is reported as a failure, and the loop goes on. */
export function startLoad(loops: number, failures: Failure[], work: (number: number) => Promise<void>): Load {
  let isStopped = false;
  let begun = 0;
  let done = 0;
  const loop = async (): Promise<void> => {
    while (!isStopped) {
      begun += 1;
      try {
        await work(begun);
        done += 1;
      } catch (error) {
        failures.push({ atMs: Date.now(), what: String(error).slice(0, MAX_FAILURE_LENGTH) });
        await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE_MS));
      }
    }
  };
  const running = Array.from({ length: loops }, loop);
  return {
    count: () => done,
    async stop() {
      isStopped = true;
      await Promise.all(running);
    },
  };
}
