import type { ServerResponse } from 'node:http';
import { ReportError } from '../domain/errors.ts';
import type { Departure } from '../reports/caller.ts';

/** The departure of the client of a response: its connection closes before the answer is sent. */
export function createDeparture(response: ServerResponse): Departure {
  return {
    onGone(listener) {
      const leave = (): void => {
        if (!response.writableFinished) listener(toCancelled());
      };
      if (response.destroyed) leave();
      else response.on('close', leave);
      return () => response.off('close', leave);
    },
  };
}

/** The same, for a request that comes with a signal. */
export function toDeparture(signal: AbortSignal): Departure {
  return {
    onGone(listener) {
      const leave = (): void => listener(toCancelled());
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave);
      return () => signal.removeEventListener('abort', leave);
    },
  };
}

function toCancelled(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'The client went away before the answer was there.');
}
