import { Trace, type ITrace } from '@apollo/usage-reporting-protobuf';

/** A node of a trace, as Apollo's own library reads it. */
export interface RecordedNode {
  /** Response names and indexes from the root to the node. */
  readonly path: readonly (string | number)[];
  /** Null for an element of a list and for the root. */
  readonly field: { readonly type: string; readonly parentType: string; readonly name: string } | null;
  readonly startNs: number;
  readonly endNs: number;
  readonly errors: readonly { readonly message: string; readonly json: unknown }[];
}

export interface RecordedTrace {
  readonly startMs: number;
  readonly endMs: number;
  readonly durationNs: number;
  readonly isIncomplete: boolean;
  readonly bytes: number;
  readonly nodes: readonly RecordedNode[];
}

/** Reads the trace in the extensions of a response with Apollo's own library. Throws if it is none. */
export function readTrace(extensions: Readonly<Record<string, unknown>> | undefined): RecordedTrace {
  const text = extensions?.['ftv1'];
  if (typeof text !== 'string') throw new Error('the response has no trace');
  const encoded = Buffer.from(text, 'base64');
  const trace = Trace.decode(encoded);
  const fault = Trace.verify(trace);
  if (fault !== null) throw new Error(fault);
  return {
    startMs: toMs(trace.startTime),
    endMs: toMs(trace.endTime),
    durationNs: trace.durationNs,
    isIncomplete: trace.isIncomplete,
    bytes: encoded.length,
    nodes: trace.root ? [...walk(trace.root, [])] : [],
  };
}

/** The nodes of fields, by their paths as text. */
export function fieldsOf({ nodes }: RecordedTrace): Map<string, RecordedNode> {
  return new Map(nodes.filter(({ field }) => field !== null).map((node) => [node.path.join('.'), node]));
}

function* walk(node: Trace.INode, above: readonly (string | number)[]): Generator<RecordedNode> {
  // Decoded nodes say which of both they have: an index of 0 is not "no index".
  const { id } = node as Trace.Node;
  const key = (id === undefined ? null : node[id]) ?? null;
  const path = key === null ? above : [...above, key];
  const { type, parentType, originalFieldName } = node;
  yield {
    path,
    field:
      typeof key === 'string'
        ? {
            type: type ?? '',
            parentType: parentType ?? '',
            name: originalFieldName === '' ? key : (originalFieldName ?? key),
          }
        : null,
    startNs: Number(node.startTime),
    endNs: Number(node.endTime),
    errors: (node.error ?? []).map(({ message, json }) => ({
      message: message ?? '',
      json: JSON.parse(json ?? '') as unknown,
    })),
  };
  for (const child of node.child ?? []) yield* walk(child, path);
}

function toMs(time: ITrace['startTime']): number {
  return Number(time?.seconds) * 1_000 + Number(time?.nanos) / 1e6;
}
