import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';

/**
 * Runs work with a signal that aborts with UPSTREAM_TIMEOUT after `limitMs`, or with the outer signal's reason. The
 * work has to throw the reason of its signal.
 */
export async function withTimeLimit<T>(
  clock: Pick<Clock, 'after'>,
  limitMs: number,
  outerSignal: AbortSignal | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outerSignal?.throwIfAborted();
  const controller = new AbortController();
  const follow = (): void => controller.abort(outerSignal?.reason);
  outerSignal?.addEventListener('abort', follow, { once: true });
  const cancel = clock.after(limitMs, () => controller.abort(toTimeout(limitMs)));
  try {
    return await work(controller.signal);
  } finally {
    cancel();
    outerSignal?.removeEventListener('abort', follow);
  }
}

function toTimeout(limitMs: number): ReportError {
  return new ReportError(
    'UPSTREAM_TIMEOUT',
    `The platform did not respond within ${limitMs / 1000} s. Try again, or ask for fewer devices or a shorter window.`,
  );
}
