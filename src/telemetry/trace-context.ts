import type { SpanIds } from './traces.ts';

/** W3C Trace Context, section 3.2. Later versions may append fields. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const FIRST_VERSION = '00';
const SAMPLED = 1;

/** Parses the header traceparent. Returns null if it was not sent or is not valid: then a new trace begins. */
export function parseTraceparent(header: string | null): SpanIds | null {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === FIRST_VERSION && more !== undefined) return null;
  return { traceId, spanId, traceFlags: parseInt(flags, 16) & SAMPLED };
}

/** The header traceparent for a request below a span. */
export function toTraceparent({ traceId, spanId, traceFlags }: SpanIds): string {
  return `${FIRST_VERSION}-${traceId}-${spanId}-${isSampled({ traceFlags }) ? '01' : '00'}`;
}

/** Whether a span is recorded. */
export function isSampled({ traceFlags }: Pick<SpanIds, 'traceFlags'>): boolean {
  return (traceFlags & SAMPLED) === SAMPLED;
}
