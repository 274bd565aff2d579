import { bytesOf, messagesOf, numberOf, readFields, type Field } from './protobuf.ts';

/** A span as the collector received it. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly kind: 'internal' | 'server' | 'client';
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** The ids of the spans that it has links to. */
  readonly links: readonly string[];
  readonly isError: boolean;
  /** Attributes of the program. */
  readonly resource: Readonly<Record<string, string | number>>;
}

const KINDS = { 1: 'internal', 2: 'server', 3: 'client' } as const;

/** Reads an ExportTraceServiceRequest of OTLP, by the numbers of its fields in opentelemetry-proto. */
export function readSpans(body: Uint8Array): CollectedSpan[] {
  return messagesOf(readFields(body), 1).flatMap((resourceSpans) => {
    const resource = toAttributes(messagesOf(messagesOf(resourceSpans, 1)[0] ?? [], 1));
    return messagesOf(resourceSpans, 2)
      .flatMap((scopeSpans) => messagesOf(scopeSpans, 2))
      .map((span) => toSpan(span, resource));
  });
}

function toSpan(span: readonly Field[], resource: CollectedSpan['resource']): CollectedSpan {
  const kind = KINDS[Number(numberOf(span, 6)) as keyof typeof KINDS];
  const [status = []] = messagesOf(span, 15);
  return {
    name: bytesOf(span, 5).toString(),
    traceId: bytesOf(span, 1).toString('hex'),
    spanId: bytesOf(span, 2).toString('hex'),
    parentSpanId: bytesOf(span, 4).toString('hex'),
    traceState: bytesOf(span, 3).toString(),
    kind,
    startNs: numberOf(span, 7),
    endNs: numberOf(span, 8),
    attributes: toAttributes(messagesOf(span, 9)),
    links: messagesOf(span, 13).map((link) => bytesOf(link, 2).toString('hex')),
    isError: numberOf(status, 3) === 2n,
    resource,
  };
}

function toAttributes(pairs: readonly (readonly Field[])[]): Record<string, string | number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [value = []] = messagesOf(pair, 2);
      const isText = value.some(({ number }) => number === 1);
      return [bytesOf(pair, 1).toString(), isText ? bytesOf(value, 1).toString() : Number(numberOf(value, 3))];
    }),
  );
}
