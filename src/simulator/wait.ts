// A file of its own: four modules receive a `Wait`, and tests replace it.
import { setTimeout } from 'node:timers/promises';

/** Resolves after that many milliseconds. Rejects when the signal aborts. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Waits with a timer that does not keep the process alive. Rejects when the signal aborts. */
export async function waitByTimer(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal, ref: false });
}
