import { describe, expect, test } from 'vitest';
import { ReportError } from '../../src/domain/errors.ts';
import type { Imei } from '../../src/domain/imei.ts';
import { MAX_DEVICES_PER_CALL, type DeviceOutcome } from '../../src/reports/aggregated-report.ts';
import { createBatchingRig, toQuery, type Asking, type BatchingRig } from '../support/world/batching-rig.ts';
import { GONE } from '../support/fakes/manual-signal.ts';
import { usageFor, type Disposition, type FakeCall } from '../support/fakes/fake-usage.ts';
import { fc } from '../support/fast-check.ts';
import { toImei, toImeis } from '../support/store/messages.ts';

const QUERIES = [toQuery(1), toQuery(2), toQuery(3)];
const POOL = toImeis(25);
/** So few that a bisection is never given up: another test covers that. */
const MAX_REJECTED = 9;

interface Plan {
  readonly query: number;
  readonly imeis: readonly Imei[];
  readonly isFresh: boolean;
}

type Step =
  | { readonly kind: 'ask'; readonly plan: Plan }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'close windows' }
  | { readonly kind: 'finish'; readonly which: number; readonly how: Parameters<FakeCall['finish']>[0] };

const plan: fc.Arbitrary<Plan> = fc.record({
  query: fc.nat(QUERIES.length - 1),
  imeis: fc.oneof(
    fc.shuffledSubarray(POOL, { minLength: 1 }),
    fc.shuffledSubarray(POOL, { minLength: 1, maxLength: 3 }),
    fc.subarray(POOL, { minLength: MAX_DEVICES_PER_CALL, maxLength: MAX_DEVICES_PER_CALL }),
  ),
  isFresh: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), plan }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'close windows' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      which: fc.nat(),
      how: fc.constantFrom('as it is' as const, 'failed' as const, 'timed out' as const),
    }),
  },
);

/** A step, and whether everything that it triggers happens before the next one. */
const timedStep = fc.record({ step, isSlow: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()) });

const dispositions: fc.Arbitrary<ReadonlyMap<Imei, Disposition>> = fc
  .record({
    rejected: fc.oneof(
      fc.constant<Imei[]>([]),
      fc.subarray(POOL, { maxLength: MAX_REJECTED }),
      fc.constant(POOL.slice(0, 6)),
    ),
    statuses: fc.array(fc.constantFrom<Disposition>(400, 403, 404), { minLength: 1 }),
    others: fc.array(fc.constantFrom<Disposition>('plain', 'plain', 'plain', 'missing', 'erring'), { minLength: 1 }),
  })
  .map(
    ({ rejected, statuses, others }) =>
      new Map(
        POOL.map((imei, at) => {
          const disposition = rejected.includes(imei) ? statuses[at % statuses.length] : others[at % others.length];
          return [imei, disposition ?? 'plain'];
        }),
      ),
  );

describe('any mix of operations, devices, failures and cancellations', () => {
  test('gives each operation the usage or errors of its own devices, in the requested order, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(dispositions, fc.array(timedStep, { maxLength: 40 }), async (dispositionOf, timedSteps) => {
        const rig = createBatchingRig({
          dispositionOf: (imei) => dispositionOf.get(imei) ?? 'plain',
          onCall: (call, { askings }) => expect(isWantedBySomebody(call, askings)).toBe(true),
        });
        for (const { step: each, isSlow } of timedSteps) {
          take(each, rig);
          if (isSlow) await rig.flush();
          if (isSlow) expectNoUnwantedCalls(rig);
        }
        await rig.drain();

        for (const asking of rig.askings) expectOwnAnswer(asking, rig, dispositionOf);
        for (const { imeis } of rig.usage.calls) {
          expect(imeis.length).toBeLessThanOrEqual(MAX_DEVICES_PER_CALL);
          expect(new Set(imeis).size).toBe(imeis.length);
        }
        expect(rig.usage.open()).toEqual([]);
        expect(rig.askings.map((asking) => asking.listeners())).toEqual(rig.askings.map(() => 0));
        expect(rig.clock.waiting()).toBe(0);
        await expectFreshStart(rig, dispositionOf);
      }),
      { numRuns: 1000 },
    );
  });
});

function take(each: Step, rig: BatchingRig): void {
  const open = rig.usage.open();
  const waiting = rig.askings.filter(({ end, leftAt }) => end === null && leftAt === null);
  if (each.kind === 'ask') rig.ask(QUERIES[each.plan.query] ?? toQuery(1), each.plan.imeis, each.plan.isFresh);
  else if (each.kind === 'leave') waiting[each.which % waiting.length]?.abort();
  else if (each.kind === 'close windows') rig.clock.letGo();
  else open[each.which % open.length]?.finish(each.how);
}

function isWantedBySomebody({ query, imeis }: Pick<FakeCall, 'query' | 'imeis'>, askings: readonly Asking[]): boolean {
  return askings.some(
    (asking) =>
      asking.query === query &&
      asking.end === null &&
      asking.leftAt === null &&
      asking.imeis.some((imei) => imeis.includes(imei)),
  );
}

function expectNoUnwantedCalls({ usage, askings }: BatchingRig): void {
  for (const call of usage.open()) expect(isWantedBySomebody(call, askings)).toBe(true);
}

function expectOwnAnswer(asking: Asking, rig: BatchingRig, dispositionOf: ReadonlyMap<Imei, Disposition>): void {
  const { end, leftAt, imeis } = asking;
  if (end !== null && 'error' in end) {
    expect(leftAt).not.toBeNull();
    expect(end.error).toBe(GONE);
    return;
  }
  const outcomes = end?.outcomes ?? [];
  expect(outcomes.map(({ imei }) => imei)).toEqual(imeis);
  for (const outcome of outcomes) expectOwnOutcome(outcome, asking, rig, dispositionOf);
}

function expectOwnOutcome(
  outcome: DeviceOutcome,
  { query, askedAt, isFresh }: Asking,
  { usage }: BatchingRig,
  dispositionOf: ReadonlyMap<Imei, Disposition>,
): void {
  const imei = outcome.imei ?? toImei(0);
  const disposition = dispositionOf.get(imei);
  const calls = usage.calls.filter((call) => call.query === query && call.imeis.includes(imei));
  if (outcome.kind === 'error' && outcome.failure !== null) {
    const { failure } = outcome;
    expect(failure).toBeInstanceOf(ReportError);
    if (failure.code === 'UPSTREAM_TIMEOUT') {
      expect(calls.some((call) => call.end === 'timed out' && call.startedAt > askedAt)).toBe(true);
    } else if (failure.code === 'UPSTREAM_UNAVAILABLE') {
      expect(calls.some((call) => call.end === 'failed')).toBe(true);
    } else {
      expect([imei, disposition]).toEqual([failure.message, expect.any(Number)]);
    }
    return;
  }
  expect(disposition).toBe(outcome.kind === 'usage' ? 'plain' : outcome.kind === 'error' ? 'erring' : 'missing');
  if (outcome.kind === 'usage') expect(outcome).toMatchObject(usageFor(query, imei));
  const from = calls.find((call) => String(call.startedAt) === outcome.call?.txid);
  expect(from?.end).toBe('answered');
  if (isFresh) expect(from?.startedAt).toBeGreaterThan(askedAt);
}

/** No earlier call is joined: everything is fetched again, ten devices per call. */
async function expectFreshStart(rig: BatchingRig, dispositionOf: ReadonlyMap<Imei, Disposition>): Promise<void> {
  const before = rig.usage.calls.length;
  const plain = POOL.filter((imei) => typeof dispositionOf.get(imei) !== 'number');
  for (const query of QUERIES) rig.ask(query, plain);
  await rig.flush();
  await rig.drain();
  expect(rig.usage.calls.length - before).toBe(QUERIES.length * Math.ceil(plain.length / MAX_DEVICES_PER_CALL));
}
