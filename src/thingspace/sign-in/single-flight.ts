/**
 * Runs the work once for all who ask while it is under way. A caller that goes away stops waiting (throws its signal's reason);
 * the work goes on for the others.
 */
export function createSingleFlight<T>(work: () => Promise<T>): (caller: AbortSignal | null) => Promise<T> {
  let shared: Promise<T> | null = null;
  return (caller) => {
    shared ??= work().finally(() => {
      shared = null;
    });
    return caller === null ? shared : orAborted(shared, caller);
  };
}

function orAborted<T>(shared: Promise<T>, caller: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(caller.reason as Error);
    if (caller.aborted) leave();
    caller.addEventListener('abort', leave, { once: true });
    shared.then(resolve, reject).finally(() => caller.removeEventListener('abort', leave));
  });
}
