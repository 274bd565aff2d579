import { SpanStatusCode, type Span } from '@opentelemetry/api';

/** Runs the work, and ends the span after it. */
export async function recordSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    markFailed(span, toErrorType(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Marks a span as failed. `type` is a code, a status or the name of an error, never a message: that could contain anything. */
export function markFailed(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function toErrorType(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
