import { setMaxListeners } from 'node:events';
import type { Cancellation, OperationStart } from '../../context.ts';
import { toTokenOver } from '../../domain/access.ts';
import { afterMoment, type Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';

export interface CancellationOptions extends Pick<OperationStart, 'access' | 'onClose'> {
  readonly timeoutMs: number;
  /** Aborts when the server stops. */
  readonly shutdown: AbortSignal;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
}

/** Creates the cancellation of one operation. It has no signal, timer or listener until `signal` is called. */
export function createCancellation({ access, onClose, timeoutMs, shutdown, clock }: CancellationOptions): Cancellation {
  const { monotonic, after } = clock;
  let overAtMs = Infinity;
  let endsAtShutdown = false;
  let signal: AbortSignal | null = null;

  const isOver = (): boolean => overAtMs !== Infinity && monotonic() >= overAtMs;
  const createSignal = (): AbortSignal => {
    const controller = new AbortController();
    if (isOver()) {
      controller.abort(toTimeout(timeoutMs));
      return controller.signal;
    }
    const cancels: (() => void)[] = [];
    const stop = (): void => {
      for (const cancel of cancels) cancel();
    };
    const abort = (reason: ReportError): void => {
      stop();
      controller.abort(reason);
    };
    const expire = (): void => {
      // A timer may fire a fraction of a millisecond early.
      overAtMs = -Infinity;
      abort(toTimeout(timeoutMs));
    };
    if (overAtMs !== Infinity) cancels.push(after(overAtMs - monotonic(), expire));
    if (access.endsAtMs !== null) cancels.push(afterMoment(access.endsAtMs, clock, () => abort(toTokenOver())));
    if (endsAtShutdown) cancels.push(whenAborted(shutdown, () => abort(shutdown.reason as ReportError)));
    onClose((isSent) => (isSent ? stop() : abort(toCancelled())));
    return controller.signal;
  };

  return {
    signal() {
      // An operation can wait for a thousand calls. Most wait once, and need not pay for this.
      if (signal !== null) setMaxListeners(0, signal);
      return (signal ??= createSignal());
    },
    startTimeLimit: () => void (overAtMs = monotonic() + timeoutMs),
    endAtShutdown: () => void (endsAtShutdown = true),
    rejectIfOver() {
      if (isOver()) throw toTimeout(timeoutMs);
    },
  };
}

/** Runs the work once the signal aborts, at once if it has; returns a function that cancels it. */
function whenAborted(signal: AbortSignal, work: () => void): () => void {
  if (signal.aborted) work();
  else signal.addEventListener('abort', work);
  return () => signal.removeEventListener('abort', work);
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
