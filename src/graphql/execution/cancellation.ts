import { setMaxListeners } from 'node:events';
import type { Cancellation, OperationStart } from '../../context.ts';
import { toTokenOver } from '../../domain/access.ts';
import { afterMoment, type Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import { toOnAbort } from '../../domain/wait-for.ts';

export interface CancellationOptions extends Pick<OperationStart, 'access' | 'onClose'> {
  readonly timeoutMs: number;
  /** Aborts when the server stops. */
  readonly shutdown: AbortSignal;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
}

/** Creates the cancellation of one operation. It has no timer or listener until `signal` or `onAbort` is called. */
export function createCancellation({ access, onClose, timeoutMs, shutdown, clock }: CancellationOptions): Cancellation {
  const { monotonic, after } = clock;
  let overAtMs = Infinity;
  let endsAtShutdown = false;
  let hasStarted = false;
  let reason: ReportError | null = null;
  let controller: AbortController | null = null;
  let listeners: Set<(reason: Error) => void> | null = null;
  const cancels: (() => void)[] = [];

  const isOver = (): boolean => overAtMs !== Infinity && monotonic() >= overAtMs;
  const stop = (): void => {
    for (const cancel of cancels) cancel();
  };
  const abort = (because: ReportError): void => {
    if (reason !== null) return;
    reason = because;
    stop();
    controller?.abort(because);
    for (const listener of listeners ?? []) listener(because);
    listeners = null;
  };
  const expire = (): void => {
    // A timer may fire a fraction of a millisecond early.
    overAtMs = -Infinity;
    abort(toTimeout(timeoutMs));
  };
  const start = (): void => {
    if (hasStarted) return;
    hasStarted = true;
    if (isOver()) {
      abort(toTimeout(timeoutMs));
      return;
    }
    if (overAtMs !== Infinity) cancels.push(after(overAtMs - monotonic(), expire));
    if (access.endsAtMs !== null) cancels.push(afterMoment(access.endsAtMs, clock, () => abort(toTokenOver())));
    if (endsAtShutdown) cancels.push(toOnAbort(shutdown)(() => abort(shutdown.reason as ReportError)));
    onClose((isSent) => (isSent ? stop() : abort(toCancelled())));
  };

  return {
    signal() {
      start();
      // An operation can wait for a thousand calls. Most wait once, and need not pay for this.
      if (controller !== null) setMaxListeners(0, controller.signal);
      controller ??= new AbortController();
      if (reason !== null) controller.abort(reason);
      return controller.signal;
    },
    onAbort(listener) {
      start();
      if (reason === null) (listeners ??= new Set()).add(listener);
      else listener(reason);
      return () => void listeners?.delete(listener);
    },
    startTimeLimit: () => void (overAtMs = monotonic() + timeoutMs),
    endAtShutdown: () => void (endsAtShutdown = true),
    rejectIfOver() {
      if (isOver()) throw toTimeout(timeoutMs);
    },
  };
}

/** Returns REQUEST_CANCELLED, for an operation whose client disconnected. */
export function toCancelled(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'The client disconnected before the response was ready.');
}

function toTimeout(timeoutMs: number): ReportError {
  return new ReportError(
    'OPERATION_TIMEOUT',
    `This was not ready within ${timeoutMs} ms, the maximum for one operation. Ask for less at once. For usage totals of many devices, use requestAggregatedReport.`,
  );
}
