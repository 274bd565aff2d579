import { untilNextTurn } from '../turns/next-turn.ts';
import type { Writable } from 'node:stream';
import type { Clock } from '../domain/clock.ts';
import { createDeferred } from '../domain/deferred.ts';

/** Waits until the client has taken what was written to it. */
export interface Drain {
  /**
   * Resolves when less than Node's buffer of a socket (16 to 64 kB) is unsent, or the stream is closed. If that takes more than 60 s,
   * calls `breakOff`, which has to close it.
   */
  wait(stream: Sending, breakOff: () => void): Promise<void>;
}

/** A response or a connection. */
export type Sending = Pick<Writable, 'writableNeedDrain' | 'once' | 'off'>;

/** Maximum time for a client to take what was written before. */
const MAX_UNSENT_MS = 60_000;

/** Creates the drain. */
export function createDrain(after: Clock['after']): Drain {
  return {
    async wait(stream, breakOff) {
      let cancel: (() => void) | null = null;
      try {
        for (;;) {
          // What was handed over last is written in the current turn of the event loop.
          await untilNextTurn();
          if (!stream.writableNeedDrain) return;
          cancel ??= after(MAX_UNSENT_MS, breakOff);
          await untilDrained(stream);
        }
      } finally {
        cancel?.();
      }
    },
  };
}

async function untilDrained(stream: Sending): Promise<void> {
  const { promise, resolve } = createDeferred<unknown>();
  stream.once('drain', resolve);
  stream.once('close', resolve);
  await promise;
  stream.off('drain', resolve);
  stream.off('close', resolve);
}
