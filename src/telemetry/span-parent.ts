import { createTraceState, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { parseTraceparent } from './trace-context.ts';
import type { ReadHeader, SpanIds } from './traces.ts';

/** The parent of a span, as the SDK takes it. */
export function toParent(ids: SpanIds): Context {
  return trace.setSpanContext(ROOT_CONTEXT, ids);
}

/**
 * The parent that the headers of a request name: the span of a gateway, with its `tracestate`. A request without a valid traceparent has
 * none, and begins a new trace.
 */
export function readParent(readHeader: ReadHeader): Context {
  const ids = parseTraceparent(readHeader('traceparent'));
  if (ids === null) return ROOT_CONTEXT;
  const state = readHeader('tracestate');
  const traceState = state === null ? {} : { traceState: createTraceState(state) };
  return trace.setSpanContext(ROOT_CONTEXT, { ...ids, ...traceState, isRemote: true });
}
