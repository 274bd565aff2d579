import { expect } from 'vitest';

/** Polls until the value meets the expectation. Waits long enough for a slow machine. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 30_000, interval: 20 });
}
