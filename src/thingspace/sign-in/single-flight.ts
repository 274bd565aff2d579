/**
 * Runs the work once for all who ask while it is under way. A caller that goes away stops waiting (throws its signal's reason);
 * the work goes on for the others.
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
