import { Trace } from '@apollo/usage-reporting-protobuf';
import { expect, test } from 'vitest';
import { encodeTrace, type TraceNode } from '../../src/graphql/tracing/trace-message.ts';
import { fc } from '../support/fast-check.ts';

const ns = fc.maxSafeNat();
const name = fc.oneof(fc.constantFrom('imei', 'a'.repeat(300)), fc.string());
const field = fc.record({
  type: name,
  parentType: name,
  originalName: fc.option(name.filter((text) => text !== '')),
  startNs: ns,
  endNs: ns,
});
const error = fc.record({ message: name, json: fc.string({ unit: 'binary' }) });
const nodes = (depth: number): fc.Arbitrary<TraceNode> =>
  fc.record({
    key: fc.oneof(name, fc.nat(2 ** 32 - 1), fc.constant(null)),
    field: fc.option(field),
    children:
      depth === 0
        ? fc.constant(new Map<string, TraceNode>())
        : fc.array(fc.tuple(name, nodes(depth - 1)), { maxLength: 4 }).map((all) => new Map(all)),
    errors: fc.array(error, { maxLength: 2 }),
  });
const traces = fc.record({
  startMs: fc.nat(2 ** 42),
  endMs: fc.nat(2 ** 42),
  durationNs: ns,
  isIncomplete: fc.boolean(),
  root: nodes(4),
});

test("Apollo's library reads from an encoded trace what was encoded, whatever its texts, numbers and depth", () => {
  fc.assert(
    fc.property(traces, (trace) => {
      const read = Trace.toObject(Trace.decode(encodeTrace(trace)), { oneofs: true });
      expect(read).toEqual({
        startTime: toTimestamp(trace.startMs),
        endTime: toTimestamp(trace.endMs),
        durationNs: trace.durationNs,
        fieldExecutionWeight: 1,
        ...(trace.isIncomplete ? { isIncomplete: true } : {}),
        root: toPlain(trace.root),
      });
    }),
  );
});

function toTimestamp(ms: number): object {
  return { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
}

function toPlain({ key, field: of, children, errors }: TraceNode): object {
  const id = typeof key === 'number' ? { index: key, id: 'index' } : { responseName: key, id: 'responseName' };
  return {
    ...(key === null ? {} : id),
    ...(of === null ? {} : { type: of.type, parentType: of.parentType, startTime: of.startNs, endTime: of.endNs }),
    ...(of === null || of.originalName === null ? {} : { originalFieldName: of.originalName }),
    ...(errors.length === 0 ? {} : { error: errors }),
    ...(children.size === 0 ? {} : { child: [...children.values()].map(toPlain) }),
  };
}
