/**
 * Runs the work once for all who call while it is in progress. A caller whose signal aborts stops waiting and throws its
 * reason; the work goes on for the others.
 */
export function createSingleFlight<T>(work: () => Promise<T>): (signal: AbortSignal | null) => Promise<T> {
  let shared: Promise<T> | null = null;
  return (signal) => {
    shared ??= work().finally(() => {
      shared = null;
    });
    return signal === null ? shared : orAborted(shared, signal);
  };
}

function orAborted<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
