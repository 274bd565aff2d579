import { getEventListeners } from 'node:events';
import { ReportError } from '../../../src/domain/errors.ts';

export const GONE = new ReportError('REQUEST_CANCELLED', 'gone');

/** The signal of an operation that the test aborts, with the reason GONE. */
export interface ManualSignal {
  readonly signal: () => AbortSignal;
  abort(): void;
  /** The number of listeners. */
  listeners(): number;
}

export function createManualSignal(): ManualSignal {
  const controller = new AbortController();
  return {
    signal: () => controller.signal,
    abort: () => controller.abort(GONE),
    listeners: () => getEventListeners(controller.signal, 'abort').length,
  };
}
