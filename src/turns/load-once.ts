// A file of its own: several layers load code when it is first used.
import { AsyncResource } from 'node:async_hooks';
import { once } from '../domain/once.ts';

/**
 * Returns a function that loads code when it is first called, and returns the same promise from then on. Loading is not part of the work
 * of the caller who happens to be the first: it is charged to nobody, and appears in nobody's trace.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  return once(AsyncResource.bind(load));
}
