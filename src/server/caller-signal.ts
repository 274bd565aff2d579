import type { ServerResponse } from 'node:http';
import { ReportError } from '../domain/errors.ts';

/** A signal that aborts, with an error of ours as its reason, when the client goes away before its answer is sent. */
export function createCallerSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => {
    if (!response.writableFinished) controller.abort(toCancelled());
  };
  if (response.destroyed) leave();
  else response.once('close', leave);
  return controller.signal;
}

/** The same, for a request that comes with a signal of its own. */
export function toCallerSignal(request: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => controller.abort(toCancelled());
  if (request.aborted) leave();
  else request.addEventListener('abort', leave, { once: true });
  return controller.signal;
}

function toCancelled(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'The client went away before the answer was there.');
}
