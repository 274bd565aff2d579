import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { createSpanId, createStartTrace } from '../../src/telemetry/sampling.ts';
import { fc } from '../support/fast-check.ts';

const ROOTS = ['always_on', 'always_off', 'traceidratio'] as const;

function createOfficial(root: (typeof ROOTS)[number], isParentBased: boolean, ratio: number) {
  const ofRoot =
    root === 'always_on'
      ? new AlwaysOnSampler()
      : root === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio);
  return isParentBased ? new ParentBasedSampler({ root: ofRoot }) : ofRoot;
}

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const ratio = fc.oneof(fc.constantFrom(0, 0.1, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));

describe('the decision which traces are recorded', () => {
  test('is that of the SDK, for new traces and for those of a gateway', () => {
    const runs = fc.tuple(
      fc.constantFrom(...ROOTS),
      fc.boolean(),
      ratio,
      fc.array(random, { minLength: 6, maxLength: 6 }),
    );
    fc.assert(
      fc.property(runs, fc.constantFrom(null, 0, 1), ([root, isParentBased, share, numbers], traceFlags) => {
        let next = 0;
        const draw = (): number => numbers[(next += 1) % numbers.length] ?? 0;
        const sampler = isParentBased ? (`parentbased_${root}` as const) : root;
        const startTrace = createStartTrace({ sampler, ratio: share, random: draw });
        const fresh = startTrace(null);
        const parent =
          traceFlags === null ? null : { traceId: fresh.traceId(), spanId: createSpanId(draw), traceFlags };
        const { isSampled, traceId } = parent === null ? fresh : startTrace(parent);
        const context =
          parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
        const official = createOfficial(root, isParentBased, share);
        const { decision } = official.shouldSample(context, traceId(), 'operation', SpanKind.SERVER, {}, []);
        expect(isSampled).toBe(decision === SamplingDecision.RECORD_AND_SAMPLED);
      }),
    );
  });

  test('comes with valid ids, whatever the random numbers are', () => {
    fc.assert(
      fc.property(random, (number) => {
        const startTrace = createStartTrace({ sampler: 'always_on', ratio: 1, random: () => number });
        const ids = { traceId: startTrace(null).traceId(), spanId: createSpanId(() => number), traceFlags: 1 };
        expect(trace.isSpanContextValid(ids)).toBe(true);
      }),
    );
  });
});
