import { SpanKind, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { cutText } from '../domain/cut-text.ts';
import { hideImeis } from '../domain/imei.ts';
import { createCallTrace } from './call-trace.ts';
import { markFailed, recordSpan } from './record-span.ts';
import { toParent } from './span-parent.ts';
import { OK, type OperationFacts, type OperationTrace, type SpanIds } from './traces.ts';

export interface OperationTraceOptions {
  readonly tracer: Tracer;
  /** Milliseconds on the clock that spans are measured with. */
  readonly monotonic: () => number;
  /** The name of its span, which is known when it ends. */
  readonly toSpanName: (facts: OperationFacts) => string;
}

const MAX_NAME_LENGTH = 100;

/** Starts the span of an operation that is recorded, below another span or as the first one of a trace. */
export function recordOperation(options: OperationTraceOptions, parent: Context): OperationTrace {
  const { tracer, monotonic, toSpanName } = options;
  const span = tracer.startSpan('operation', { kind: SpanKind.SERVER }, parent);
  const ids = span.spanContext();
  const operation: OperationTrace = {
    isSampled: true,
    ids: () => ids,
    beginCall: (waiting) => createCallTrace({ tracer, monotonic, beganFor: operation, waiting }),
    record: (name, work) => recordSpan(tracer.startSpan(name, {}, toParent(ids)), work),
    link: (other) => void span.addLink({ context: other }),
    end(facts) {
      describe(span, toSpanName(facts), facts);
      span.end();
    },
  };
  return operation;
}

const NOTHING = (): void => undefined;
const RUN: OperationTrace['record'] = (_, work) => work();

/** The trace of an operation that is not recorded. Others that wait for the same call may be. */
export function passOperation(options: OperationTraceOptions, createIds: () => SpanIds): OperationTrace {
  const { tracer, monotonic } = options;
  let ids: SpanIds | null = null;
  const operation: OperationTrace = {
    isSampled: false,
    ids: () => (ids ??= createIds()),
    beginCall: (waiting) => createCallTrace({ tracer, monotonic, beganFor: operation, waiting }),
    record: RUN,
    link: NOTHING,
    end: NOTHING,
  };
  return operation;
}

/**
 * Creates the function that names the spans of operations: by kind and name, as long as the names are few. Backends group spans by their
 * names, and a caller may send any number of them.
 */
export function createToSpanName(maxNames: number): OperationTraceOptions['toSpanName'] {
  const names = new Set<string>();
  return ({ kind, name }) => {
    if (name === null) return kind;
    const shown = toShownName(name);
    if (names.size < maxNames) names.add(shown);
    return names.has(shown) ? `${kind} ${shown}` : kind;
  };
}

function describe(span: Span, spanName: string, facts: OperationFacts): void {
  const { kind, name, requestId, outcome, cost, events } = facts;
  span.updateName(spanName);
  span.setAttributes({
    'graphql.operation.type': kind,
    ...(name === null ? {} : { 'graphql.operation.name': toShownName(name) }),
    'device_reports.request_id': hideImeis(requestId),
    'device_reports.outcome': outcome,
    'device_reports.cost.calls': cost.calls,
    'device_reports.cost.shared': cost.shared,
    'device_reports.cost.cached': cost.cached,
    'device_reports.cost.retried': cost.retried,
    ...(events === null ? {} : { 'device_reports.events': events }),
  });
  if (outcome !== OK) markFailed(span, outcome);
}

/** A name may contain an IMEI. */
function toShownName(name: string): string {
  return hideImeis(cutText(name, MAX_NAME_LENGTH));
}
