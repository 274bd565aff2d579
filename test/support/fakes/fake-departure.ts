import { ReportError } from '../../../src/domain/errors.ts';
import type { Departure } from '../../../src/domain/deadline.ts';

export const GONE = new ReportError('REQUEST_CANCELLED', 'gone');

export interface FakeDeparture extends Departure {
  leave(): void;
  /** How many listen. */
  listeners(): number;
}

/** A departure that the test decides. */
export function createFakeDeparture(): FakeDeparture {
  const listeners = new Set<(reason: Error) => void>();
  let isGone = false;
  return {
    onGone(listener) {
      if (isGone) listener(GONE);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leave() {
      isGone = true;
      for (const listener of [...listeners]) listener(GONE);
    },
    listeners: () => listeners.size,
  };
}
