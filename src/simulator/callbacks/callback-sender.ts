import { shuffle, type Random } from '../random.ts';
import type { Wait } from '../wait.ts';
import type { CallbackDisturbance } from './callback-disturbance.ts';
import type { CallbackMessage } from './callback-messages.ts';
import { createSlots } from './slots.ts';

/** Counts of callback messages: posts sent, messages confirmed with 200, still pending, and lost. */
export interface CallbackCounts {
  sent: number;
  answered200: number;
  pending: number;
  lost: number;
}

/** Sends callback messages to the registered listener. */
export interface CallbackSender {
  /** Queues messages and sends them in the background. Resolves when the response to the report request may be sent. */
  send(messages: readonly CallbackMessage[]): Promise<void>;
  disturb(disturbance: CallbackDisturbance): void;
  counts(): CallbackCounts;
}

export interface CallbackSenderOptions {
  listenerUrl: () => string | undefined;
  post: (url: string, body: string) => Promise<number | undefined>;
  wait: Wait;
  signal: AbortSignal;
  random: Random;
  meanDelayMilliseconds: number;
  retryMilliseconds: number;
}

type Outcome = 'confirmed' | 'unconfirmed' | 'no listener';

const MAX_CONCURRENT_POSTS = 8;
const MAX_ATTEMPTS = 4;

/** Creates the sender. A message that is not confirmed with 200 is sent up to three more times, `retryMilliseconds` apart. */
export function createCallbackSender(options: CallbackSenderOptions): CallbackSender {
  const { listenerUrl, post, wait, signal, random, meanDelayMilliseconds, retryMilliseconds } = options;
  const slots = createSlots(MAX_CONCURRENT_POSTS);
  const counts: CallbackCounts = { sent: 0, answered200: 0, pending: 0, lost: 0 };
  let disturbance: CallbackDisturbance = {};

  async function tryOnce(body: string): Promise<Outcome> {
    const outcome = await slots.run<Outcome>(async () => {
      const url = signal.aborted ? undefined : listenerUrl();
      if (url === undefined) return 'no listener';
      counts.sent += 1;
      return (await post(url, body)) === 200 ? 'confirmed' : 'unconfirmed';
    });
    if (outcome === 'unconfirmed') return outcome;
    counts.pending -= 1;
    if (outcome === 'confirmed') counts.answered200 += 1;
    else counts.lost += 1;
    return outcome;
  }

  async function deliver(body: string, attemptsMade: number): Promise<void> {
    for (let attempts = attemptsMade; attempts < MAX_ATTEMPTS; attempts += 1) {
      if (attempts > 0) await wait(retryMilliseconds, signal);
      if ((await tryOnce(body)) !== 'unconfirmed') return;
    }
    counts.pending -= 1;
    counts.lost += 1;
  }

  async function deliverInTurn(bodies: readonly string[]): Promise<void> {
    for (const body of bodies) {
      const milliseconds = disturbance.delayMilliseconds ?? random.integer(0, 2 * meanDelayMilliseconds);
      if (milliseconds > 0) await wait(milliseconds, signal);
      if (signal.aborted) return;
      deliver(body, 0).catch(() => undefined);
    }
  }

  function plan(messages: readonly CallbackMessage[]): string[] {
    const ordered =
      disturbance.shuffle === false ? messages : shuffle(messages, random.integer(0, Number.MAX_SAFE_INTEGER));
    return ordered.flatMap((message) => {
      const body = JSON.stringify(message);
      if (random.chance(disturbance.lose ?? 0)) {
        counts.lost += 1;
        return [];
      }
      return random.chance(disturbance.double ?? 0) ? [body, body] : [body];
    });
  }

  return {
    async send(messages) {
      const bodies = plan(messages);
      counts.pending += bodies.length;
      if (disturbance.early === true) {
        const first = bodies.shift();
        if (first !== undefined && (await tryOnce(first)) === 'unconfirmed') deliver(first, 1).catch(() => undefined);
      }
      setImmediate(() => void deliverInTurn(bodies).catch(() => undefined));
    },
    disturb(next) {
      disturbance = next;
    },
    counts: () => ({ ...counts }),
  };
}
