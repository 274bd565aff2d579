import { expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { createBatchingRig, toQuery, type Asking, type BatchingRig } from '../support/world/batching-rig.ts';
import { eventually } from '../support/eventually.ts';
import { AggregatedReportDocument } from '../support/graphql/graphql.ts';
import { createHeldAnswers } from '../support/fakes/held-responses.ts';
import { answerWithUsage, startRecordingPlatform } from '../support/fakes/recording-platform.ts';
import { toImei, toImeis } from '../support/store/messages.ts';
import { startWorld } from '../support/world/world.ts';

const THOUSAND = toImeis(1_000);
const OTHER = toImei(5_000);
const CONCURRENCY = 2;

/** Lets the platform answer one call after the other until the operation has its result. Returns the number of calls. */
async function answersUntil(rig: BatchingRig, asking: Asking): Promise<number> {
  let answered = 0;
  while (asking.end === null) {
    expect(rig.usage.open().length).toBeLessThanOrEqual(CONCURRENCY);
    rig.usage.open()[0]?.finish('as it is');
    answered += 1;
    await rig.flush();
  }
  return answered;
}

async function startWith(imeis: readonly (typeof OTHER)[]): Promise<{ rig: BatchingRig; many: Asking }> {
  const rig = createBatchingRig({ places: CONCURRENCY });
  const many = rig.ask(toQuery(1), imeis);
  await rig.flush();
  return { rig, many };
}

test('a device waits for three other calls at most, although a thousand devices of another operation wait', async () => {
  const { rig, many } = await startWith(THOUSAND);
  const one = rig.ask(toQuery(1), [OTHER]);
  await rig.flush();
  rig.clock.letGo();
  // The two in flight, one more of the thousand, whose turn it was, and its own.
  expect(await answersUntil(rig, one)).toBe(4);
  expect((await answersUntil(rig, many)) + 4).toBe(101);
});

test('a device that shares a call with the last of nearly a thousand waits no longer', async () => {
  const { rig, many } = await startWith(THOUSAND.slice(0, 995));
  const one = rig.ask(toQuery(1), [OTHER]);
  await rig.flush();
  rig.clock.letGo();
  expect(await answersUntil(rig, one)).toBe(4);
  expect((await answersUntil(rig, many)) + 4).toBe(100);
});

test('a device that joins the last call of nearly a thousand after it began to wait waits no longer', async () => {
  const { rig, many } = await startWith(THOUSAND.slice(0, 995));
  rig.clock.letGo();
  await rig.flush();
  const one = rig.ask(toQuery(1), [OTHER]);
  await rig.flush();
  expect(await answersUntil(rig, one)).toBe(4);
  expect((await answersUntil(rig, many)) + 4).toBe(100);
});

test('a device of another account waits no longer than one turn of each other operation', async () => {
  const { rig } = await startWith(THOUSAND);
  const hundreds = [1, 2, 3].map((number) => rig.ask(toQuery(number + 1), THOUSAND.slice(0, 100)));
  await rig.flush();
  const one = rig.ask(toQuery(9), [OTHER]);
  await rig.flush();
  rig.clock.letGo();
  expect(await answersUntil(rig, one)).toBeLessThanOrEqual(CONCURRENCY + 4 + 1);
  for (const asking of hundreds) await answersUntil(rig, asking);
  const ofHundreds = rig.usage.calls.filter(({ query }) => query.accountNumber !== toQuery(1).accountNumber).length;
  // The three took ten turns each, and the thousand at least ten meanwhile: it does not starve either.
  expect(ofHundreds).toBe(31);
  expect(rig.usage.calls.length - ofHundreds).toBeGreaterThanOrEqual(10);
});

test('a call that stands behind hundreds of one principal takes the turn of another that asks for the same', async () => {
  const rig = createBatchingRig({ places: CONCURRENCY });
  const toOwnQuery = (group: number) => ({ ...toQuery(1), deviceGroup: String(group) });
  const many = Array.from({ length: 300 }, (_, group) => rig.ask(toOwnQuery(group), [OTHER], false, 'busy'));
  await rig.flush();
  rig.clock.letGo();
  await rig.flush();
  const one = rig.ask(toOwnQuery(299), [OTHER], false, 'another');
  await rig.flush();
  // The two in flight, one more of the busy principal, whose turn it was, and its own.
  expect(await answersUntil(rig, one)).toBeLessThanOrEqual(4);
  for (const asking of many) await answersUntil(rig, asking);
  expect(rig.usage.calls).toHaveLength(300);
});

test('the calls of a cancelled operation take no more turns', async () => {
  const { rig, many } = await startWith(THOUSAND);
  const one = rig.ask(toQuery(1), [OTHER]);
  await rig.flush();
  rig.clock.letGo();
  many.abort();
  await rig.flush();
  expect(await answersUntil(rig, one)).toBe(1);
  expect(rig.usage.calls).toHaveLength(CONCURRENCY + 1);
});

test('over HTTP, as many calls are in flight as UPSTREAM_CONCURRENCY allows, and all are answered', async () => {
  const platform = await startRecordingPlatform();
  const held = createHeldAnswers();
  platform.onRequest(PATHS.aggregate, held.hold(answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 1 }))));
  const world = await startWorld({ config: { baseUrl: platform.url, concurrency: CONCURRENCY } });
  const asking = world.query(AggregatedReportDocument, { input: { imei: THOUSAND } });
  const inFlight: number[] = [];
  for (let answered = 0; answered < 100; answered += 1) {
    await eventually(() => held.count()).toBe(Math.min(CONCURRENCY, 100 - answered));
    inFlight.push(held.count());
    held.letOneGo();
  }
  expect((await asking).data?.aggregatedReport?.usage).toHaveLength(1_000);
  expect(Math.max(...inFlight)).toBe(CONCURRENCY);
  expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(100);
  await world.close();
  await platform.close();
});
