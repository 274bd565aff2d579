import { ROOT_CONTEXT } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import { systemClock, type Clock } from '../domain/clock.ts';
import { createToSpanName, passOperation, recordOperation } from './operation-trace.ts';
import { recordSpan } from './record-span.ts';
import { createSpanId, createStartTrace, type SamplingOptions } from './sampling.ts';
import { toRemoteParent } from './span-parent.ts';
import { parseTraceparent } from './trace-context.ts';
import type { Traces } from './traces.ts';

export interface TracesOptions extends Pick<SamplingOptions, 'sampler' | 'ratio'> {
  /** Where spans are sent, such as http://127.0.0.1:4318/v1/traces. */
  readonly url: string;
  /** Headers for the collector, which may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** Attributes of every span. */
  readonly resource: Readonly<Record<string, string>>;
  readonly version: string;
  readonly after: Clock['after'];
  /** Called when spans could not be sent and are lost. `cause` is a status or a code of the system. */
  readonly onLost: (spans: number, cause: string) => void;
}

/** Traces that are sent to a collector. */
export interface RunningTraces extends Traces {
  /** Sends the spans that have ended, and stops. It takes at most the time that is left for it, but up to a second in any case. */
  close(timeLeftMs: number): Promise<void>;
}

const MAX_SPAN_NAMES = 200;
const MIN_FLUSH_MS = 1_000;
/** A collector that does not answer must not hold up the end of the process. */
const MAX_FLUSH_MS = 5_000;

/**
 * Starts the OpenTelemetry SDK, for this server only: it does not become the global one of the process. Spans are sent in batches, every five
 * seconds or 512 of them. At most 2,048 wait, and further ones are lost.
 */
export function startTraces(options: TracesOptions): RunningTraces {
  const { url, headers, resource, version, after, onLost } = options;
  // The SDK takes all other times from the clock of the machine, too.
  const { monotonic, random } = systemClock;
  /** The id of the next trace that begins with a span of ours: it is known before the span is. */
  let rootTraceId = '';
  const exporter = withReport(new OTLPTraceExporter({ url, headers }), onLost);
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(resource)),
    // Only what is to be recorded gets a span.
    sampler: new AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => rootTraceId, generateSpanId: () => createSpanId(random) },
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('device-reports-graphql', version);
  const startTrace = createStartTrace({ ...options, random });
  const operationOptions = { tracer, monotonic, toSpanName: createToSpanName(MAX_SPAN_NAMES) };
  return {
    startOperation(readHeader) {
      const parent = parseTraceparent(readHeader('traceparent'));
      const { isSampled, traceId } = startTrace(parent);
      if (!isSampled) {
        return passOperation(operationOptions, () => ({
          traceId: traceId(),
          spanId: createSpanId(random),
          traceFlags: 0,
        }));
      }
      rootTraceId = traceId();
      return recordOperation(operationOptions, parent === null ? ROOT_CONTEXT : toRemoteParent(parent, readHeader));
    },
    record(name, messages, work) {
      const { isSampled, traceId } = startTrace(null);
      if (!isSampled) return work();
      rootTraceId = traceId();
      const attributes = { 'device_reports.messages': messages };
      return recordSpan(tracer.startSpan(name, { attributes }, ROOT_CONTEXT), work);
    },
    close: (timeLeftMs) =>
      new Promise((resolve) => {
        const cancel = after(Math.min(Math.max(MIN_FLUSH_MS, timeLeftMs), MAX_FLUSH_MS), resolve);
        void provider
          .shutdown()
          .catch(() => null)
          .then(cancel)
          .then(resolve);
      }),
  };
}

function withReport(exporter: SpanExporter, onLost: TracesOptions['onLost']): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onLost(spans.length, toCause(result.error));
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

/** Without the message, which has the address of the collector. */
function toCause(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name;
}
