import { subscribe } from '../event-stream.ts';
import { openReadySocket } from '../graphql-socket.ts';

interface ProgressEvent {
  readonly data?: { readonly aggregatedReportProgress: Progress };
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly retryAfterSeconds?: number } }[];
}

interface Progress {
  readonly status: string;
  readonly receivedDevices: number;
}

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';

export type Transport = 'event stream' | 'WebSocket';

/** What a subscriber has seen, over all its subscriptions to one report. */
export interface Subscriber {
  readonly transport: Transport;
  readonly seen: readonly Progress[];
  /** How often a server said that it was being stopped. */
  shutdowns(): number;
  /** How often the stream was cut off without a word. */
  cuts(): number;
  /** Resolves when the report is complete. */
  readonly completed: Promise<void>;
}

/** Follows a report to its end, as a client does that subscribes again when it is asked to, or when its connection breaks. */
export function startSubscriber(url: string, txid: string, transport: Transport): Subscriber {
  const seen: Progress[] = [];
  let shutdowns = 0;
  let cuts = 0;
  const followOnce = async (): Promise<number | null> => {
    const events =
      transport === 'WebSocket' ? readSocket(url, txid) : await subscribe<ProgressEvent>(url, PROGRESS, { txid });
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
  return { transport, seen, shutdowns: () => shutdowns, cuts: () => cuts, completed: follow() };
}

/** Subscribes on a WebSocket of its own. Rejects if it is closed before the subscription has ended. */
async function* readSocket(url: string, txid: string): AsyncGenerator<ProgressEvent, void> {
  const { socket, send, next } = await openReadySocket(url);
  try {
    send({ id: 'progress', type: 'subscribe', payload: { query: PROGRESS, variables: { txid } } });
    for (let message = await next(); message?.type !== 'complete'; message = await next()) {
      if (message === null) throw new Error('the socket was closed');
      if (message.type === 'next') yield message.payload as ProgressEvent;
      if (message.type === 'error') yield { errors: message.payload as NonNullable<ProgressEvent['errors']> };
    }
  } finally {
    socket.close();
  }
}
