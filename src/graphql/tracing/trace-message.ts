import { createMessageWriter, type MessageWriter } from './message-writer.ts';

/** A field or an element of a list in a trace. Times are nanoseconds since the trace began. */
export interface TraceNode {
  /** The name of a field in the response, or the index of an element. The root has none. */
  readonly key: string | number | null;
  /** What is known of a field; null for an element and the root. */
  readonly field: {
    readonly type: string;
    readonly parentType: string;
    /** The name in the schema, if the response has an alias; else null. */
    readonly originalName: string | null;
    readonly startNs: number;
    endNs: number;
  } | null;
  readonly children: Map<string | number, TraceNode>;
  readonly errors: TraceError[];
}

export interface TraceError {
  readonly message: string;
  readonly json: string;
}

export interface Trace {
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly durationNs: number;
  readonly isIncomplete: boolean;
  readonly root: TraceNode;
}

/** Encodes a trace as the message `Trace` of Apollo's `reports.proto`. The numbers of the fields are from there. */
export function encodeTrace({ startMs, endMs, durationNs, isIncomplete, root }: Trace): Buffer {
  const writer = createMessageWriter();
  if (isIncomplete) writer.number(33, 1);
  // How many executions of its fields this trace stands for.
  writer.double(31, 1);
  writer.message(14, () => writeNode(writer, root));
  writer.number(11, durationNs);
  writer.message(4, () => writeTimestamp(writer, startMs));
  writer.message(3, () => writeTimestamp(writer, endMs));
  return writer.finish();
}

function writeNode(writer: MessageWriter, { key, field, children, errors }: TraceNode): void {
  for (const child of [...children.values()].reverse()) writer.message(12, () => writeNode(writer, child));
  for (const error of errors.toReversed()) writer.message(11, () => writeError(writer, error));
  if (field !== null) {
    if (field.originalName !== null) writer.text(14, field.originalName);
    writer.text(13, field.parentType);
    writer.number(9, field.endNs);
    writer.number(8, field.startNs);
    writer.text(3, field.type);
  }
  if (typeof key === 'number') writer.number(2, key);
  else if (key !== null) writer.text(1, key);
}

function writeError(writer: MessageWriter, { message, json }: TraceError): void {
  writer.text(4, json);
  writer.text(1, message);
}

function writeTimestamp(writer: MessageWriter, ms: number): void {
  const seconds = Math.floor(ms / 1_000);
  writer.number(2, Math.round((ms - seconds * 1_000) * 1e6));
  writer.number(1, seconds);
}
