import { Agent, request as httpRequest } from 'node:http';
import { subscribe } from '../event-stream.ts';

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

interface ProgressEvent {
  readonly data?: { readonly aggregatedReportProgress: Progress };
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly retryAfterSeconds?: number } }[];
}

interface Progress {
  readonly status: string;
  readonly receivedDevices: number;
}

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';

/** What a subscriber has seen, over all its subscriptions to one report. */
export interface Subscriber {
  readonly seen: readonly Progress[];
  /** How often a server said that it was being stopped. */
  shutdowns(): number;
  /** How often the stream was cut off without a word. */
  cuts(): number;
  /** Resolves when the report is complete. */
  readonly completed: Promise<void>;
}

/** Follows a report to its end, as a client does that subscribes again when it is asked to, or when its connection breaks. */
export function startSubscriber(url: string, txid: string): Subscriber {
  const seen: Progress[] = [];
  let shutdowns = 0;
  let cuts = 0;
  const followOnce = async (): Promise<number | null> => {
    const events = await subscribe<ProgressEvent>(url, PROGRESS, { txid });
    for await (const { data, errors = [] } of events) {
      if (data !== undefined) seen.push(data.aggregatedReportProgress);
      const [error] = errors;
      if (error === undefined) continue;
      const { code, retryAfterSeconds } = error.extensions;
      if (code !== 'SERVER_SHUTTING_DOWN' || retryAfterSeconds === undefined) throw new Error(`got ${code}`);
      shutdowns += 1;
      return retryAfterSeconds;
    }
    return null;
  };
  const follow = async (): Promise<void> => {
    for (;;) {
      const retryAfterSeconds = await followOnce().catch(() => {
        cuts += 1;
        return 1;
      });
      if (retryAfterSeconds === null) return;
      await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds * 1_000));
    }
  };
  return { seen, shutdowns: () => shutdowns, cuts: () => cuts, completed: follow() };
}
