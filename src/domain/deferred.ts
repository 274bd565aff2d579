// A file of its own: whatever is settled from outside needs one. Node 20 has no Promise.withResolvers.
/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Creates a deferred. A rejection that nobody waits for is ignored. */
export function createDeferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  // Without this, a rejection that nobody awaits would end the process.
  promise.catch(() => null);
  return { promise, resolve, reject };
}
