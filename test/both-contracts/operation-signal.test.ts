import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { createHeldAnswers, type HeldAnswers } from '../support/fakes/held-responses.ts';
import {
  answerWith,
  answerWithUsage,
  startRecordingPlatform,
  type RecordingPlatform,
} from '../support/fakes/recording-platform.ts';
import { sendRaw } from '../support/raw-request.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

const [IMEI = ''] = imeisOf(1);
const WINDOW = '(startDate: "2026-10-01", endDate: "2026-10-31")';
/** So long that no call times out before its token. */
const PATIENT = { callTimeoutMs: 600_000, totalTimeoutMs: 600_000 };

describe('the signal of an operation', () => {
  let platform: RecordingPlatform;
  let world: World;
  let held: HeldAnswers;

  beforeEach(async () => {
    held = createHeldAnswers();
    platform = await startRecordingPlatform();
    const usage = answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 7 }));
    platform.onRequest(PATHS.aggregate, usage);
    platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'a-txid', sessions: [] }));
    platform.onRequest(PATHS.async, answerWith({ txid: 'a-txid', status: 'QUEUED' }));
    platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}`, answerWith([]));
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    await world.close();
    await platform.close();
  });

  /** Sends an operation, and counts the abort controllers that are created until its response. */
  const countControllers = async (query: string): Promise<{ body: string; controllers: number }> => {
    let controllers = 0;
    vi.stubGlobal(
      'AbortController',
      class extends AbortController {
        constructor() {
          super();
          controllers += 1;
        }
      },
    );
    const { body } = await sendRaw(new URL(world.url).origin, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    vi.unstubAllGlobals();
    return { body, controllers };
  };

  test.each([
    ['usage', `{ device(imei: "${IMEI}") { usage${WINDOW} { bytesTransferred } } }`],
    ['sessions', `{ device(imei: "${IMEI}") { sessionsReport${WINDOW} { txid } } }`],
    ['the usage of an account', `{ aggregatedReport(input: { imei: [], allDevices: true }) { txid } }`],
    ['the usage of many devices', `{ devices(imei: ${JSON.stringify(imeisOf(50))}) { usage${WINDOW} { imei } } }`],
  ])('is never created while it gets %s from the cache', async (_, query) => {
    world = await startWorld({ config: { baseUrl: platform.url, cacheMaxBytes: 10_000_000, reportCost: false } });
    const fetched = await countControllers(query);
    expect(fetched.body).toContain('"data":{');
    expect(fetched.controllers).toBeGreaterThan(0);
    expect(await countControllers(query)).toEqual({ body: fetched.body, controllers: 0 });
  });

  test.each([
    ['needs no call', '{ __typename }'],
    ['has a faulty argument', '{ device(imei: "1") { usage { imei } } }'],
  ])('is never created for an operation that %s', async (_, query) => {
    world = await startWorld({ config: { baseUrl: platform.url } });
    await world.query(query);
    expect((await countControllers(query)).controllers).toBe(0);
  });

  test('is created once for an operation that reads the store, however often', async () => {
    world = await startWorld({ config: { baseUrl: platform.url } });
    const query = `{ a: aggregatedReportRequests(accountNumber: "${ACCOUNT}") { totalCount nodes { txid } } b: aggregatedReportRequest(txid: "a") { txid } }`;
    await world.query(query);
    expect((await countControllers(query)).controllers).toBe(1);
  });

  test('leaves no timer behind, whether its client gets the response or disconnects', async () => {
    const issuer = await startTokenIssuer();
    world = await startWorld({ config: { baseUrl: platform.url, tokens: issuer.config, operationTimeoutMs: 60_000 } });
    const headers = {
      Authorization: `Bearer ${await issuer.token(world.clock.now(), { accounts: [world.simulator.accountNumber] })}`,
    };
    const ask = (imei: string, init: RequestInit = {}) =>
      world.query(`{ device(imei: "${imei}") { sessionsReport { txid } } }`, {}, { headers, ...init });
    const before = world.clock.countTimers();
    await ask(IMEI);
    await eventually(() => world.clock.countTimers()).toBe(before);
    platform.onRequest(PATHS.sessions, held.hold(answerWith({ id: '1', txid: 'a-txid', sessions: [] })));
    const leaving = new AbortController();
    const answers = [ask(IMEI), ask(IMEI.replace('35', '36')), ask(IMEI, { signal: leaving.signal })];
    await eventually(() => held.count()).toBe(2);
    expect(world.clock.countTimers()).toBeGreaterThan(before);
    leaving.abort();
    held.letAllGo();
    expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    await eventually(() => world.clock.countTimers()).toBe(before);
    await issuer.close();
  });

  test('serves a thousand waiting loads without a warning, and aborts them all', async () => {
    world = await startWorld({
      config: {
        baseUrl: platform.url,
        maxUpstreamCalls: 1_000,
        concurrency: 20,
        operationTimeoutMs: 60_000,
        ...PATIENT,
      },
    });
    const warnings = vi.fn();
    process.on('warning', warnings);
    const query = `query ($imei: [IMEI!]!) { devices(imei: $imei) { sessionsReport { txid } } }`;
    for (let times = 0; times < 2; times += 1) {
      const { errors } = await world.query(query, { imei: imeisOf(1_000) });
      expect(errors).toEqual([]);
    }
    const made = platform.requestsTo(PATHS.sessions).length;
    platform.onRequest(PATHS.sessions, held.hold(answerWith({ id: '1', txid: 'a-txid', sessions: [] })));
    const answer = world.query(query, { imei: imeisOf(1_000) });
    await eventually(() => held.count()).toBe(20);
    world.clock.advance(60_000);
    const { data, errors } = await answer;
    expect(data).toEqual({ devices: Array.from({ length: 1_000 }, () => ({ sessionsReport: null })) });
    // All errors of a response together take 64,000 bytes.
    const [more, ...reported] = errors.map(({ extensions }) => extensions).reverse();
    expect(new Set(reported.map(({ code }) => code))).toEqual(new Set(['OPERATION_TIMEOUT']));
    expect(more).toEqual({ code: 'MORE_ERRORS', count: 1_000 - reported.length });
    await eventually(() => platform.brokenOffTo(PATHS.sessions)).toBe(20);
    expect(platform.requestsTo(PATHS.sessions)).toHaveLength(made + 20);
    process.off('warning', warnings);
    expect(warnings).not.toHaveBeenCalled();
  });
});

describe('a token that expires while its operation waits', () => {
  let issuer: TokenIssuer;
  let platform: RecordingPlatform;
  let world: World;
  let held: HeldAnswers;

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    held = createHeldAnswers();
    platform = await startRecordingPlatform();
    for (const path of [PATHS.sessions, PATHS.aggregate]) platform.onRequest(path, held.hold(answerWith({})));
    world = await startWorld({ config: { baseUrl: platform.url, tokens: issuer.config, ...PATIENT } });
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
    await issuer.close();
  });

  test.each([
    ['sessionsReport', PATHS.sessions],
    ['usage', PATHS.aggregate],
  ])('ends the wait for %s with UNAUTHENTICATED, and cancels the call', async (field, path) => {
    const query = `{ device(imei: "${IMEI}") { ${field} { __typename } } }`;
    for (let times = 1; times <= 2; times += 1) {
      const exp = Math.floor(world.clock.now() / 1_000) + 60;
      const token = await issuer.token(world.clock.now(), { accounts: [world.simulator.accountNumber], exp });
      const answer = world.query(query, {}, { headers: { Authorization: `Bearer ${token}` } });
      await eventually(() => held.count()).toBe(times);
      world.clock.advance(91_000);
      const { data, errors } = await answer;
      expect(data).toEqual({ device: { [field]: null } });
      expect(errors).toMatchObject([
        {
          message: 'The token has expired. Send a new one.',
          path: ['device', field],
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ]);
      await eventually(() => platform.brokenOffTo(path)).toBe(times);
    }
  });
});
