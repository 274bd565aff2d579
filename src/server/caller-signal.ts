import { ReportError } from '../domain/errors.ts';

/** A signal that follows the request's, with an error of ours as its reason. */
export function toCallerSignal(request: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const leave = (): void =>
    controller.abort(new ReportError('REQUEST_CANCELLED', 'The client went away before the answer was there.'));
  if (request.aborted) leave();
  else request.addEventListener('abort', leave, { once: true });
  return controller.signal;
}
