/**
 * Resolves or rejects like the promise. If the signal aborts first, rejects with its reason and calls `onAbort`. No listener stays on
 * the signal once the wait has ended.
 */
export function waitFor<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  onAbort: (reason: Error) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      const reason = signal.reason as Error;
      reject(reason);
      onAbort(reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const stop = (): void => signal.removeEventListener('abort', abort);
    promise.then(stop, stop);
    promise.then(resolve, reject);
  });
}
