import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCancellation } from '../../src/graphql/execution/cancellation.ts';
import { ANYONE } from '../../src/domain/access.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf } from '../support/world/async-world.ts';
import { subscribe } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { createHeldAnswers, type HeldAnswers } from '../support/fakes/held-responses.ts';
import { createManualClock } from '../support/fakes/manual-clock.ts';
import {
  answerWith,
  answerWithUsage,
  startRecordingPlatform,
  type RecordingPlatform,
} from '../support/fakes/recording-platform.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const TIMEOUT_MS = 60_000;
/** So long that no call times out before its operation. */
const PATIENT = { callTimeoutMs: 2 ** 30, totalTimeoutMs: 2 ** 30, operationTimeoutMs: TIMEOUT_MS };
const [IMEI = ''] = imeisOf(1);
const TIMED_OUT = { extensions: { code: 'OPERATION_TIMEOUT' } };

describe('an operation that exceeds its deadline', () => {
  let platform: RecordingPlatform;
  let world: World;
  let held: HeldAnswers;
  const usage = answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 7 }));

  beforeEach(async () => {
    held = createHeldAnswers();
    platform = await startRecordingPlatform();
    platform.onRequest(PATHS.sessions, held.hold(answerWith({ id: '1', txid: 'a-txid', sessions: [] })));
    platform.onRequest(PATHS.aggregate, usage);
    platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}`, answerWith([]));
    world = await startWorld({ config: { baseUrl: platform.url, ...PATIENT } });
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  /** Queries twice, so that both lanes answer. The deadline passes once so many calls are open. */
  const askTwice = async (query: string, calls: number): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (let round = 0; round < 2; round += 1) {
      const answer = world.query(query);
      await eventually(() => held.count()).toBe((round + 1) * calls);
      world.clock.advance(TIMEOUT_MS - 1);
      world.clock.advance(1);
      answers.push(await answer);
    }
    return answers;
  };

  test('returns what has arrived, an error for what has not, and cancels the open calls', async () => {
    // The sessions are requested once the usage has arrived.
    const query = `{ device(imei: "${IMEI}") { usage { bytesTransferred device { sessionsReport { device { usage(startDate: "2026-11-01") { imei } } } } } } }`;
    for (const { status, data, errors } of await askTwice(query, 1)) {
      const device = { usage: { bytesTransferred: 7, device: { sessionsReport: null } } };
      expect({ status, data }).toEqual({ status: 200, data: { device } });
      expect(errors).toMatchObject([{ ...TIMED_OUT, path: ['device', 'usage', 'device', 'sessionsReport'] }]);
      expect(errors[0]?.message).toMatch(
        /60000 ms.*Ask for less at once\. For usage totals of many devices, use requestAggregatedReport/,
      );
    }
    await eventually(() => platform.brokenOffTo(PATHS.sessions)).toBe(2);
    expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(2);
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('returns each device that has arrived, and an error for each that has not', async () => {
    const imeis = imeisOf(25);
    let calls = 0;
    platform.onRequest(PATHS.aggregate, (response, request) => {
      calls += 1;
      (calls % 3 === 0 ? held.hold(usage) : usage)(response, request);
    });
    const query = `{ aggregatedReport(input: { imei: ${JSON.stringify(imeis)} }) { usage { imei } errors { imei errorMessage errorResponse { errorCode } } missing } }`;
    const answer = world.query(query);
    await eventually(() => held.count()).toBe(1);
    await eventually(() => platform.answeredTo(PATHS.aggregate)).toBe(2);
    // Once a later call is answered, the responses of those two have been read.
    await world.query('{ device(imei: "990000000000000") { usage { imei } } }');
    world.clock.advance(TIMEOUT_MS);
    const { data, errors } = await answer;
    expect(errors).toEqual([]);
    const report = data?.['aggregatedReport'] as { usage: unknown[]; errors: unknown[]; missing: unknown[] };
    expect(report.missing).toEqual([]);
    expect(report.usage.length + report.errors.length).toBe(25);
    expect([5, 10]).toContain(report.errors.length);
    for (const error of report.errors)
      expect(error).toMatchObject({ errorResponse: { errorCode: 'OPERATION_TIMEOUT' } });
    await eventually(() => platform.brokenOffTo(PATHS.aggregate)).toBe(1);
  });

  test('fails if nothing has arrived', async () => {
    platform.onRequest(PATHS.aggregate, held.hold(usage));
    const query = `{ aggregatedReport(input: { imei: ${JSON.stringify(imeisOf(15))} }) { txid } }`;
    for (const { data, errors } of await askTwice(query, 2)) {
      expect(data).toEqual({ aggregatedReport: null });
      expect(errors).toMatchObject([{ ...TIMED_OUT, path: ['aggregatedReport'] }]);
    }
    await eventually(() => platform.brokenOffTo(PATHS.aggregate)).toBe(4);
  });

  test('stops waiting for the platform’s listeners', async () => {
    platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}`, held.hold(answerWith([])));
    for (const { errors } of await askTwice(`{ callbackListeners(accountNumber: "${ACCOUNT}") { name } }`, 1)) {
      expect(errors).toMatchObject([TIMED_OUT]);
    }
    await eventually(() => platform.requests.filter((request) => request.isBrokenOff()).length).toBe(2);
  });

  test('does not cancel the calls of others, which have their own deadline', async () => {
    const query = `{ device(imei: "${IMEI}") { sessionsReport { deviceId } } }`;
    const first = world.query(query);
    await eventually(() => held.count()).toBe(1);
    world.clock.advance(TIMEOUT_MS - 1);
    const second = world.query(query.replace('deviceId', 'txid'));
    const third = world.query(query.replace('sessionsReport', 'sessionsReport(durationLow: 1)'));
    await eventually(() => held.count()).toBe(2);
    world.clock.advance(1);
    expect((await first).errors).toMatchObject([TIMED_OUT]);
    held.letAllGo();
    expect((await second).errors).toEqual([]);
    expect((await third).errors).toEqual([]);
    expect(platform.brokenOffTo(PATHS.sessions)).toBe(0);
  });

  test('stops waiting for another request with the same idempotency key, which is not affected', async () => {
    platform.onRequest(PATHS.async, held.hold(answerWith({ txid: 'first', status: 'QUEUED' })));
    const mutation = `mutation { requestAggregatedReport(input: { accountNumber: "${ACCOUNT}", imei: ["${IMEI}"], idempotencyKey: "same" }) { txid } }`;
    const first = world.query(mutation);
    await eventually(() => held.count()).toBe(1);
    let second: Answer | null = null;
    void world.query(mutation).then((answer) => (second = answer));
    await eventually(() => {
      world.clock.advance(TIMEOUT_MS);
      return second;
    }).toMatchObject({ data: { requestAggregatedReport: null }, errors: [TIMED_OUT] });
    held.letAllGo();
    expect(await first).toMatchObject({ data: { requestAggregatedReport: { txid: 'first' } }, errors: [] });
    expect(await world.query(mutation)).toMatchObject({ data: { requestAggregatedReport: { txid: 'first' } } });
    expect(platform.requestsTo(PATHS.async)).toHaveLength(1);
  });

  test('returns the async report that it was starting, and starts no other', async () => {
    platform.onRequest(PATHS.async, held.hold(answerWith({ txid: 'first', status: 'QUEUED' })));
    const start = (name: string): string =>
      `${name}: requestAggregatedReport(input: { accountNumber: "${ACCOUNT}", imei: ["${IMEI}"] }) { txid }`;
    const answer = world.query(
      `mutation { ${start('a')} ${start('b')} deregisterCallbackListener(accountNumber: "${ACCOUNT}") { name } }`,
    );
    await eventually(() => held.count()).toBe(1);
    world.clock.advance(TIMEOUT_MS);
    held.letOneGo();
    const { data, errors } = await answer;
    expect(data).toEqual({ a: { txid: 'first' }, b: null, deregisterCallbackListener: null });
    expect(errors).toMatchObject([
      { ...TIMED_OUT, path: ['b'] },
      { ...TIMED_OUT, path: ['deregisterCallbackListener'] },
    ]);
    expect(platform.requestsTo(PATHS.async)).toHaveLength(1);
    expect(platform.requests.filter(({ path }) => path.includes('service='))).toEqual([]);
  });
});

test('a subscription has no deadline', async () => {
  const at = await startAsyncWorld({ config: { operationTimeoutMs: TIMEOUT_MS } });
  const imeis = imeisOf(2);
  const txid = await at.request(imeis);
  const query = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { receivedDevices } }';
  const events = await subscribe<Answer>(at.world.url, query, { txid });
  expect((await events.next())?.data).toEqual({ aggregatedReportProgress: { receivedDevices: 0 } });
  at.world.clock.advance(10 * TIMEOUT_MS);
  for (const imei of imeis) await at.post(usageOf(txid, imei));
  const last = (await events.all()).at(-1);
  expect(last?.data).toEqual({ aggregatedReportProgress: { receivedDevices: 2 } });
  await at.close();
});

describe('the time limit', () => {
  const create = (endsAtMs: number | null) => {
    const clock = createManualClock();
    const close: ((isSent: boolean) => void)[] = [];
    const cancellation = createCancellation({
      access: { ...ANYONE, endsAtMs: endsAtMs === null ? null : clock.now() + endsAtMs },
      onClose: (listener) => void close.push(listener),
      timeoutMs: TIMEOUT_MS,
      shutdown: new AbortController().signal,
      clock,
    });
    return { clock, cancellation, close: (isSent: boolean) => close.forEach((listener) => listener(isSent)) };
  };

  test('is over when its timer fires, even if it fires early', () => {
    const { clock, cancellation } = create(null);
    cancellation.startTimeLimit();
    const signal = cancellation.signal();
    expect(cancellation.rejectIfOver).not.toThrow();
    clock.letGo();
    expect(signal.reason).toMatchObject({ code: 'OPERATION_TIMEOUT' });
    expect(cancellation.rejectIfOver).toThrow('60000 ms');
  });

  test('rejects without a signal or a timer, and aborts a signal that is created after it', () => {
    const { clock, cancellation } = create(null);
    cancellation.startTimeLimit();
    clock.advance(TIMEOUT_MS - 1);
    expect(cancellation.rejectIfOver).not.toThrow();
    clock.advance(1);
    expect(cancellation.rejectIfOver).toThrow('60000 ms');
    expect(clock.waiting()).toBe(0);
    expect(cancellation.signal().reason).toMatchObject({ code: 'OPERATION_TIMEOUT' });
    expect(clock.waiting()).toBe(0);
  });

  test('has one signal, which stays as it is when the response has been sent, and then has no timer', () => {
    const { clock, cancellation, close } = create(TIMEOUT_MS);
    cancellation.startTimeLimit();
    const signal = cancellation.signal();
    expect(cancellation.signal()).toBe(signal);
    expect(clock.waiting()).toBe(2);
    close(true);
    expect([signal.aborted, clock.waiting()]).toEqual([false, 0]);
  });

  test('does not replace an earlier reason', () => {
    const { clock, cancellation, close } = create(60 * TIMEOUT_MS);
    cancellation.startTimeLimit();
    const signal = cancellation.signal();
    close(false);
    expect(signal.reason).toMatchObject({ code: 'REQUEST_CANCELLED' });
    expect(clock.waiting()).toBe(0);
    clock.advance(TIMEOUT_MS);
    expect(signal.reason).toMatchObject({ code: 'REQUEST_CANCELLED' });
  });

  test('can be much further away than the longest timer of Node.js', () => {
    const days = 100 * 86_400_000;
    const { clock, cancellation } = create(days);
    const signal = cancellation.signal();
    clock.letGo();
    expect([signal.aborted, clock.waiting()]).toEqual([false, 1]);
    clock.advance(days);
    clock.letGo();
    expect(signal.reason).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
