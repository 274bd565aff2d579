import type { ServerResponse } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import { createDeferred } from '../domain/deferred.ts';

/** Waits until the client has taken what was written to a response. */
export interface Drain {
  /**
   * Resolves when less than Node's buffer of a socket (16 to 64 kB) is unsent, or the response is closed. If that takes more than 60 s,
   * closes the connection.
   */
  wait(response: ServerResponse): Promise<void>;
}

/** Maximum time for a client to take what was written before. */
const MAX_UNSENT_MS = 60_000;

/** Creates the drain. */
export function createDrain(after: Clock['after']): Drain {
  return {
    async wait(response) {
      let cancel: (() => void) | null = null;
      try {
        for (;;) {
          // What was handed over last is written in the current turn of the event loop.
          await new Promise((resolve) => setImmediate(resolve));
          if (!response.writableNeedDrain) return;
          cancel ??= after(MAX_UNSENT_MS, () => response.req.socket.destroy());
          await untilDrained(response);
        }
      } finally {
        cancel?.();
      }
    },
  };
}

async function untilDrained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = createDeferred<unknown>();
  response.once('drain', resolve);
  response.once('close', resolve);
  await promise;
  response.off('drain', resolve);
  response.off('close', resolve);
}
