// A file of its own: the spans of operations and of calls need it, and so does the start of traces.
import { createTraceState, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import type { ReadHeader, SpanIds } from './traces.ts';

/** The parent of a span, as the SDK takes it. */
export function toParent(ids: SpanIds): Context {
  return trace.setSpanContext(ROOT_CONTEXT, ids);
}

/** The parent that is the span of a gateway, with its header tracestate. */
export function toRemoteParent(ids: SpanIds, readHeader: ReadHeader): Context {
  const state = readHeader('tracestate');
  const traceState = state === null ? {} : { traceState: createTraceState(state) };
  return trace.setSpanContext(ROOT_CONTEXT, { ...ids, ...traceState, isRemote: true });
}
