import { expect } from 'vitest';

/** Waits until what is read meets the expectation, however slow the machine is. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 15_000, interval: 20 });
}
