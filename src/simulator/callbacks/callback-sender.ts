import { shuffle } from '../random.ts';
import type { Random } from '../random.ts';
import type { Wait } from '../wait.ts';
import type { CallbackDisturbance } from './callback-disturbance.ts';
import type { CallbackMessage } from './callback-messages.ts';
import { createSlots } from './slots.ts';

export interface CallbackCounts {
  sent: number;
  answered200: number;
  pending: number;
  lost: number;
}

export interface CallbackSender {
  /** Takes messages over and sends them in its own time; resolves when the request that caused them may be answered. */
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
}

const CONCURRENCY = 8;
const TRIES = 4;
const RETRY_MILLISECONDS = 5 * 60_000;

/** Makes the sender of callback messages: a message that is not answered 200 is tried three more times, five minutes apart. */
export function createCallbackSender(options: CallbackSenderOptions): CallbackSender {
  const { listenerUrl, post, wait, signal, random, meanDelayMilliseconds } = options;
  const slots = createSlots(CONCURRENCY);
  const counts: CallbackCounts = { sent: 0, answered200: 0, pending: 0, lost: 0 };
  let disturbance: CallbackDisturbance = {};

  async function tryOnce(body: string): Promise<boolean> {
    const status = await slots.run(async () => {
      const url = listenerUrl();
      if (url === undefined || signal.aborted) return undefined;
      counts.sent += 1;
      return post(url, body);
    });
    if (status === 200) counts.answered200 += 1;
    return status === 200;
  }

  async function deliver(body: string, triesMade: number): Promise<void> {
    try {
      for (let tries = triesMade; tries < TRIES; tries += 1) {
        if (tries > 0) await wait(RETRY_MILLISECONDS, signal);
        if (await tryOnce(body)) return;
      }
      counts.lost += 1;
    } finally {
      counts.pending -= 1;
    }
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
        if (first !== undefined) {
          if (await tryOnce(first)) counts.pending -= 1;
          else deliver(first, 1).catch(() => undefined);
        }
      }
      deliverInTurn(bodies).catch(() => undefined);
    },
    disturb(next) {
      disturbance = next;
    },
    counts: () => ({ ...counts }),
  };
}
