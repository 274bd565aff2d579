import { afterEach, describe, expect, test } from 'vitest';
import { answerWith, answerWithUsage } from '../support/fakes/recording-platform.ts';
import { eventually } from '../support/eventually.ts';
import { subscribe } from '../support/event-stream.ts';
import { sendRaw } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';

const [A = '', B = ''] = imeisOf(2);
const USAGE = `query Fleet { aggregatedReport(input: { imei: ["${A}"] }) { usage { imei } } }`;
const FOLLOW = 'subscription Follow($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const JSON_TYPE = { 'Content-Type': 'application/json' };

type Line = Record<string, unknown>;

describe('the access log', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  const open = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({ config: { accessLog: true, ...config } });
    at.platform.onRequest(
      PATHS.aggregate,
      answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 2 })),
    );
  };
  const lines = (): Line[] => at.world.logged.map((line) => JSON.parse(line) as Line);
  const access = (): Line[] =>
    lines().filter(({ msg }) => ['operation', 'subscription', 'request', 'download'].includes(String(msg)));
  const post = (query: string, headers: Record<string, string> = {}) =>
    sendRaw(at.world.url, { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ query }) });

  test.each([
    ['the fast lane', {}],
    ['Yoga', { Accept: 'application/json;q=0.9' }],
  ])('has one line for each operation, in %s', async (_, headers) => {
    await open();
    await post(USAGE, { ...headers, 'X-Request-Id': 'trace-1' });
    expect(access()).toEqual([
      {
        level: 30,
        time: expect.any(String) as string,
        requestId: 'trace-1',
        kind: 'query',
        name: 'Fleet',
        principal: 'address 127.0.0.1',
        accounts: [ACCOUNT],
        cost: { calls: 1, shared: 0, cached: 0, retried: 0, milliseconds: 0 },
        outcome: 'OK',
        ms: 0,
        msg: 'operation',
      },
    ]);
  });

  test('has the code of the first error, and no more of a long name', async () => {
    await open();
    at.platform.onRequest(PATHS.aggregate, answerWith({}, 403));
    await post(USAGE.replace('Fleet', 'F'.repeat(5_000)));
    const [line] = access();
    expect(line).toMatchObject({ outcome: 'UPSTREAM_FORBIDDEN', errors: 1 });
    expect(String(line?.['name'])).toHaveLength(100);
  });

  test('has one line for each request that is rejected before it is an operation', async () => {
    await open();
    const headers = { Accept: 'application/graphql-response+json' };
    await post('{', headers);
    await post('{ unknown }', headers);
    await sendRaw(at.world.url, { headers: { 'Content-Type': 'text/plain' }, body: '{}' });
    await sendRaw(at.world.url, { method: 'GET', path: '/reports/no-such-download' });
    await sendRaw(at.world.url, { method: 'GET', path: '/livez' });
    await eventually(() => access().length).toBe(4);
    expect(access().map(({ msg, status }) => [msg, status])).toEqual([
      ['request', 400],
      ['request', 400],
      ['request', 415],
      ['download', 404],
    ]);
    for (const { requestId } of access()) expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('has one line for each subscription, when it ends', async () => {
    await open();
    const txid = await at.request([A, B]);
    const events = await subscribe(at.world.url, FOLLOW, { txid });
    await events.next();
    await at.post(usageOf(txid, A));
    await events.next();
    expect(access().map(({ msg }) => msg)).toEqual(['operation']);
    await at.post(usageOf(txid, B));
    await events.all();
    const left = await subscribe(at.world.url, FOLLOW, { txid: await at.request([A]) });
    await left.next();
    await left.abort();
    const following = () => access().filter(({ msg }) => msg === 'subscription');
    await eventually(() => following().length).toBe(2);
    expect(following().map(({ kind, name, events: count, outcome }) => [kind, name, count, outcome])).toEqual([
      ['subscription', 'Follow', 3, 'OK'],
      ['subscription', 'Follow', 1, 'REQUEST_CANCELLED'],
    ]);
  });

  test('shows neither IMEIs nor arguments, and has no lines if it is turned off', async () => {
    await open();
    await post(USAGE.replace('Fleet', `of${A}`), { 'X-Request-Id': A });
    expect(access()).toHaveLength(1);
    expect(at.world.logged.join('')).not.toContain(A);
    await at.close();
    await open({ accessLog: false });
    await post(USAGE);
    await post('{');
    expect(access()).toEqual([]);
  });
});

describe('the id of a request', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  test.each([
    ['the fast lane', {}],
    ['Yoga', { Accept: 'application/json;q=0.9' }],
  ])('is on the response and on the call to the platform, in %s', async (_, headers) => {
    at = await startAsyncWorld();
    at.platform.onRequest(
      PATHS.aggregate,
      answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 2 })),
    );
    const body = JSON.stringify({ query: USAGE });
    const answer = await sendRaw(at.world.url, {
      headers: { ...JSON_TYPE, ...headers, 'X-Request-Id': 'a.b:c/1' },
      body,
    });
    expect(answer.headers['x-request-id']).toBe('a.b:c/1');
    const sent = at.platform.requestsTo(PATHS.aggregate).map((request) => String(request.headers['x-request-id']));
    expect(sent).toEqual(['a.b:c/1']);
  });

  test('is a new one if none was sent, or one that is too long or has other characters', async () => {
    at = await startAsyncWorld();
    const ids = [];
    for (const id of [null, '', 'a'.repeat(129), 'two words', '"quoted"', '<b>', 'a\tb']) {
      const headers = id === null ? {} : { 'X-Request-Id': id };
      const answer = await sendRaw(at.world.url, { method: 'GET', path: '/livez', headers });
      ids.push(String(answer.headers['x-request-id']));
    }
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is on every answer', async () => {
    at = await startAsyncWorld();
    const headers = { ...JSON_TYPE, 'X-Request-Id': 'every-1' };
    for (const request of [
      { method: 'GET', path: '/nothing' },
      { method: 'GET', path: '/readyz' },
      { path: '/callbacks/device-reports/wrong', body: '{}' },
      { body: '{' },
      { method: 'OPTIONS' },
      { headers: { ...headers, Host: 'no host' } },
    ]) {
      const answer = await sendRaw(at.world.url, { headers, ...request });
      expect(answer.headers['x-request-id']).toBe('every-1');
    }
  });
});
