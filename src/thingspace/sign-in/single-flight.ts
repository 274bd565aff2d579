// A file of its own: how to share work says nothing about signing in.
import { toOnAbort, waitFor } from '../../domain/wait-for.ts';

/**
 * Runs the work once for all who call while it is in progress. A caller whose signal aborts stops waiting and throws its
 * reason; the work goes on for the others.
 */
export function createSingleFlight<T>(work: () => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let shared: Promise<T> | null = null;
  return (signal) => {
    shared ??= work().finally(() => {
      shared = null;
    });
    return waitFor(shared, toOnAbort(signal));
  };
}
