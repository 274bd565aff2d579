import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';

/**
 * Runs work under a time limit and the caller's own signal. Throws UPSTREAM_TIMEOUT when the limit passes, the caller's
 * reason when the caller goes away; the work is told by its signal in both cases.
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
    `The platform did not answer within ${limitMs / 1000} s. Try again, or ask for fewer devices or a shorter window.`,
  );
}
