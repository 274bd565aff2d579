/**
 * Calls the listener with the reason once something aborts, at once if it has. Returns a function that removes the listener.
 */
export type OnAbort = (listener: (reason: Error) => void) => () => void;

/** How something tells that it was aborted. */
export interface Aborts {
  /** Created at the first call. Every call returns the same one. */
  readonly signal: () => AbortSignal;
  /** The same without a signal: Node.js takes 5 µs to create one. */
  readonly onAbort: OnAbort;
}

/** The aborts of a signal that exists, or is created when it is needed. */
export function toAborts(signal: () => AbortSignal): Aborts {
  return { signal, onAbort: (listener) => toOnAbort(signal())(listener) };
}

/** The abort of a signal. */
export function toOnAbort(signal: AbortSignal): OnAbort {
  return (listener) => {
    const abort = (): void => listener(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  };
}

/**
 * Resolves or rejects like the promise. If `onAbort` says that it was aborted first, rejects with the reason, and calls `whenAborted` with
 * it. No listener stays once the wait has ended.
 */
export function waitFor<T>(
  promise: Promise<T>,
  onAbort: OnAbort,
  whenAborted: (reason: Error) => void = () => undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = onAbort((reason) => {
      reject(reason);
      whenAborted(reason);
    });
    promise.then(stop, stop);
    promise.then(resolve, reject);
  });
}
