import { pause } from '../time.ts';

/** Does the work at once and then again and again. Returns a function that stops and resolves when the last run is done. */
export function repeatedly(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  const over = new AbortController();
  const goOn = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await work();
      await pause(everyMs);
    }
  };
  const working = goOn();
  return async () => {
    over.abort();
    await working;
  };
}
