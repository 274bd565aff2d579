import { SpanKind, type Span, type Tracer } from '@opentelemetry/api';
import { markFailed } from './record-span.ts';
import { toParent } from './span-parent.ts';
import { toTraceparent } from './trace-context.ts';
import { OK, type AttemptTrace, type CallTrace, type OperationTrace, type SpanIds } from './traces.ts';

export interface CallTraceOptions {
  readonly tracer: Tracer;
  /** Milliseconds on the clock that spans are measured with. */
  readonly monotonic: () => number;
  /** The operation that the call was begun for. */
  readonly beganFor: OperationTrace;
  readonly waiting: () => readonly OperationTrace[];
}

/**
 * Creates the trace of a call. Its span is below the first sampled operation that waits for it, and has links to all of them. It is created
 * when these are known: when the first attempt is sent, or when the call ends without one.
 */
export function createCallTrace({ tracer, monotonic, beganFor, waiting }: CallTraceOptions): CallTrace {
  const beganAtMs = monotonic();
  const joined = new Set<OperationTrace>();
  let span: Span | null = null;
  let isOver = false;
  let attempts = 0;
  let devices = 0;

  const join = (operation: OperationTrace): void => {
    if (isOver || !operation.isSampled || joined.has(operation)) return;
    joined.add(operation);
    const operationIds = operation.ids();
    span ??= tracer.startSpan('batch', { startTime: beganAtMs }, toParent(operationIds));
    span.addLink({ context: operationIds });
    const ids = span.spanContext();
    if (ids.traceId !== operationIds.traceId) operation.link(ids);
  };

  return {
    setDevices: (count) => void (devices = count),
    beginAttempt(method, path) {
      const operations = waiting();
      operations.forEach(join);
      attempts += 1;
      // The platform learns the ids of an operation that is not recorded, too.
      if (span === null) return toUnrecorded((operations[0] ?? beganFor).ids());
      return startAttempt(tracer, span, { method, endpoint: path.split('?', 1)[0] ?? '', attempt: attempts });
    },
    join,
    end(outcome) {
      waiting().forEach(join);
      isOver = true;
      joined.clear();
      if (span === null) return;
      span.setAttributes({
        'device_reports.outcome': outcome,
        'device_reports.attempts': attempts,
        ...(devices === 0 ? {} : { 'device_reports.devices': devices }),
      });
      if (outcome !== OK) markFailed(span, outcome);
      span.end(monotonic());
    },
  };
}

interface Attempt {
  readonly method: string;
  readonly endpoint: string;
  /** 1 for the first. */
  readonly attempt: number;
}

function startAttempt(tracer: Tracer, call: Span, { method, endpoint, attempt }: Attempt): AttemptTrace {
  const attributes = {
    'http.request.method': method,
    'url.path': endpoint,
    'device_reports.attempt': attempt,
    ...(attempt === 1 ? {} : { 'http.request.resend_count': attempt - 1 }),
  };
  const options = { kind: SpanKind.CLIENT, attributes };
  const span = tracer.startSpan(`${method} ${endpoint}`, options, toParent(call.spanContext()));
  return {
    headers: { traceparent: toTraceparent(span.spanContext()) },
    end(outcome) {
      if ('failure' in outcome) markFailed(span, outcome.failure);
      else {
        span.setAttribute('http.response.status_code', outcome.status);
        if (outcome.status >= 400) markFailed(span, String(outcome.status));
      }
      span.end();
    },
  };
}

function toUnrecorded(ids: SpanIds): AttemptTrace {
  return { headers: { traceparent: toTraceparent(ids) }, end: () => undefined };
}
