import type { Clock } from '../../domain/clock.ts';
import { createFairSemaphore, type FairSemaphore } from './fair-semaphore.ts';

export interface SharedPermitsOptions {
  /** Permits of this server alone. */
  readonly permits: number;
  /** Asks all servers for this many permits; returns in how many milliseconds each of them may be used. Never rejects. */
  readonly reserve: (count: number) => Promise<readonly number[]>;
  readonly clock: Pick<Clock, 'monotonic' | 'wait'>;
}

/** More at once would be wasted if those who wait leave. */
const MAX_RESERVED = 20;

/**
 * Creates a semaphore whose permits are also granted by all servers together. They are asked for only as many as calls wait, and a call
 * takes its turn when its time has come, so those that wait can still leave, and others can still come first.
 */
export function createSharedPermits({ permits, reserve, clock }: SharedPermitsOptions): FairSemaphore {
  const { signal } = new AbortController();
  let waiting = 0;
  let held = 0;
  let granted = 0;
  let isAsking = false;
  const semaphore = createFairSemaphore(permits, {
    mayRun: (_, free) => free > 0 && granted > 0,
    begin() {
      waiting -= 1;
      granted -= 1;
      held += 1;
    },
    end() {
      held -= 1;
    },
  });

  const grant = async (waits: readonly number[]): Promise<void> => {
    const receivedAtMs = clock.monotonic();
    for (const waitMs of waits) {
      const leftMs = receivedAtMs + waitMs - clock.monotonic();
      if (leftMs > 0) await clock.wait(leftMs, signal);
      granted = 1;
      semaphore.admit();
      // If everyone who waited has left, the permit is lost.
      granted = 0;
    }
  };
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      while (waiting > 0 && held < permits) {
        await grant(await reserve(Math.min(waiting, permits - held, MAX_RESERVED)));
      }
    } finally {
      isAsking = false;
    }
  };

  return {
    async acquire(turn, abort) {
      waiting += 1;
      void ask();
      try {
        await semaphore.acquire(turn, abort);
      } catch (error) {
        waiting -= 1;
        throw error;
      }
    },
    release(turn) {
      semaphore.release(turn);
      void ask();
    },
    admit: semaphore.admit,
    load: semaphore.load,
  };
}
