import { ReportError } from '../../../src/domain/errors.ts';
import type { CancelSignal } from '../../../src/domain/cancel-signal.ts';

export const GONE = new ReportError('REQUEST_CANCELLED', 'gone');

export interface FakeCancelSignal extends CancelSignal {
  abort(): void;
  /** The number of listeners. */
  listeners(): number;
}

/** A cancel signal that the test aborts. */
export function createFakeCancelSignal(): FakeCancelSignal {
  const listeners = new Set<(reason: Error) => void>();
  let isCancelled = false;
  return {
    onAbort(listener) {
      if (isCancelled) listener(GONE);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
    abort() {
      isCancelled = true;
      for (const listener of [...listeners]) listener(GONE);
    },
    listeners: () => listeners.size,
  };
}
