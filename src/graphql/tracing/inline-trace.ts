import type { GraphQLError, GraphQLResolveInfo } from 'graphql';
import type { Clock } from '../../domain/clock.ts';
import { encodeTrace, type TraceError, type TraceNode } from './trace-message.ts';

/** The trace of one operation, as federation gateways expect it in `extensions.ftv1`. */
export interface InlineTrace {
  /** Records that a field begins to be resolved; call the result when it has been resolved. Null if the trace has no room for it. */
  begin(info: Pick<GraphQLResolveInfo, 'fieldName' | 'parentType' | 'path' | 'returnType'>): (() => void) | null;
  /** Ends the trace and returns it as base64. Of the errors, it has only the codes: it leaves for the operator of the gateway, and others. */
  end(errors: readonly GraphQLError[]): string;
}

type Path = GraphQLResolveInfo['path'];

/** A trace of 10,000 rows would be larger than the rows. */
const MAX_TRACE_BYTES = 256_000;
/** The numbers of a node, and the lengths of its texts, at most. */
const BYTES_PER_NODE = 40;
const BYTES_PER_ERROR = 20;

const NS_PER_MS = 1e6;

/** Starts the trace of an operation. What would make it larger than 256 kB is left out, and the trace is marked as incomplete. */
export function startInlineTrace({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>): InlineTrace {
  const startMs = now();
  const startedAt = monotonic();
  const root = createNode(null, null);
  const nodes = new Map<Path, TraceNode>();
  let bytes = 0;
  let isIncomplete = false;

  const elapsedNs = (): number => Math.round((monotonic() - startedAt) * NS_PER_MS);
  const take = (size: number): boolean => {
    if (bytes + size > MAX_TRACE_BYTES) isIncomplete = true;
    else bytes += size;
    return !isIncomplete;
  };
  const add = (path: Path, field: TraceNode['field']): TraceNode | null => {
    const parent = path.prev === undefined ? root : (nodes.get(path.prev) ?? add(path.prev, null));
    if (parent === null || !take(countBytes(path.key, field))) return null;
    const node = createNode(path.key, field);
    parent.children.set(path.key, node);
    nodes.set(path, node);
    return node;
  };
  const addError = ({ path = [], extensions: { code } }: GraphQLError): void => {
    let node = root;
    for (const key of path) node = node.children.get(key) ?? node;
    const error = toTraceError(typeof code === 'string' ? code : MASKED);
    if (take(BYTES_PER_ERROR + error.message.length + error.json.length)) node.errors.push(error);
  };

  return {
    begin({ fieldName, parentType, path, returnType }) {
      const originalName = path.key === fieldName ? null : fieldName;
      const startNs = elapsedNs();
      const field = { type: String(returnType), parentType: parentType.name, originalName, startNs, endNs: startNs };
      return add(path, field) === null ? null : () => void (field.endNs = elapsedNs());
    },
    end(errors) {
      errors.forEach(addError);
      const trace = { startMs, endMs: now(), durationNs: elapsedNs(), isIncomplete, root };
      return encodeTrace(trace).toString('base64');
    },
  };
}

function createNode(key: TraceNode['key'], field: TraceNode['field']): TraceNode {
  return { key, field, children: new Map(), errors: [] };
}

/** Names of GraphQL are ASCII. */
function countBytes(key: string | number, field: TraceNode['field']): number {
  const texts = field === null ? 0 : field.type.length + field.parentType.length + (field.originalName?.length ?? 0);
  return BYTES_PER_NODE + String(key).length + texts;
}

/** What Apollo Server says in place of a message. */
const MASKED = '<masked>';

function toTraceError(code: string): TraceError {
  return { message: code, json: JSON.stringify({ message: code, extensions: { code } }) };
}
