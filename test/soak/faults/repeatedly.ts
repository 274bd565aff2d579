import { pause } from '../time.ts';

/** Does the work now and then every so often; returns how to stop, which resolves when the last of it is done. */
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
