import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { sendRaw, type RawAnswer, type RawBytes } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const SETTLED = 'startDate: "2026-11-02", endDate: "2026-11-08"';
const MOVING = 'startDate: "2026-11-12", endDate: "2026-11-20"';
const OF_SETTLED = 'private, max-age=3600';
const OF_OTHERS = 'private, no-cache';
const NOT_STORED = 'no-store';

describe('a query by GET', () => {
  let world: World;
  let imei: string;
  let meter: string;
  beforeEach(async () => {
    world = await startWorld();
    [imei = ''] = world.devices('tracker', 1);
    [meter = ''] = world.devices('meter', 1);
  });
  afterEach(() => world.close());

  const ask = (query: string, headers: Record<string, string> = {}): Promise<RawAnswer & RawBytes> =>
    sendRaw(world.url, {
      method: 'GET',
      path: `/graphql?${new URLSearchParams({ query }).toString()}`,
      headers: { 'Apollo-Require-Preflight': 'true', ...headers },
    });
  const policyOf = async (query: string): Promise<unknown> => (await ask(query)).headers['cache-control'];

  const sessions = (window: string): string => `sessionsReport(input: { imei: "${imei}", ${window} })`;
  const usage = (window: string, more = ''): string =>
    `aggregatedReport(input: { imei: ["${imei}", "${meter}"], ${window} ${more} })`;

  test('has a response that may be shown for an hour without asking if it contains only settled reports', async () => {
    for (const query of [
      `{ ${sessions(SETTLED)} { totals { numBytes } freshness { settled } } }`,
      `{ ${usage(SETTLED)} { usage { bytesTransferred } freshness { settled } } }`,
      `{ device(imei: "${imei}") { usage(${SETTLED}) { bytesTransferred } sessionsReport(${SETTLED}) { txid } } }`,
    ]) {
      const { body, headers } = await ask(query);
      expect(body).not.toContain('"settled":false');
      expect(headers['cache-control']).toBe(OF_SETTLED);
      for (const name of ['Accept', 'Accept-Encoding', 'Authorization', 'Cookie', 'VZ-M2M-Token'])
        expect(String(headers['vary']).split(', ')).toContain(name);
    }
  });

  test.each<[string, () => string]>([
    ['a report that can still change', () => `{ ${sessions(MOVING)} { txid } }`],
    [
      'a settled report beside one that can change',
      () => `{ a: ${sessions(SETTLED)} { txid } b: ${sessions(MOVING)} { txid } }`,
    ],
    ['usage that can still change', () => `{ ${usage(MOVING)} { usage { bytesTransferred } } }`],
    ['a window that the platform decides', () => `{ ${sessions('startDate: "2026-11-02"')} { txid } }`],
    ['a keyword', () => `{ ${usage('startDate: "LAST_WEEK", endDate: "LAST_WEEK"')} { txid } }`],
    ['a device that a group filters', () => `{ ${usage(SETTLED, ', deviceGroup: "all"')} { txid } }`],
    ['a whole account', () => `{ aggregatedReport(input: { imei: [], allDevices: true, ${SETTLED} }) { txid } }`],
    ['stored reports', () => '{ aggregatedReportRequests { totalCount } }'],
    [
      'stored reports beside a settled one',
      () => `{ aggregatedReportRequests { totalCount } ${sessions(SETTLED)} { txid } }`,
    ],
    ['callback listeners beside a settled report', () => `{ callbackListeners { url } ${sessions(SETTLED)} { txid } }`],
    ['no report', () => '{ __typename }'],
  ])('has a response that the client has to ask about each time if it contains %s', async (_, toQuery) => {
    const { status, body, headers } = await ask(toQuery());
    expect(status).toBe(200);
    expect(body).not.toContain('"errors":[{"message"');
    expect(headers['cache-control']).toBe(OF_OTHERS);
    expect(headers['etag']).toMatch(/^W\/"[\w-]{27}"$/);
  });

  test('has a response that the client has to ask about if the platform left out or garbled a value', async () => {
    const rawBody = `{"txid":"t","usage":[{"imei":"${imei}","numberOfSessions":1,"bytesTransferred":"many"}],"errors":[]}`;
    await world.admin.fault({ path: PATHS.aggregate, rawBody, times: 1 });
    const query = `{ aggregatedReport(input: { imei: ["${imei}"], ${SETTLED} }) { usage { bytesTransferred } missing } }`;
    expect(await policyOf(query)).toBe(OF_OTHERS);
    expect(await policyOf(query)).toBe(OF_SETTLED);
    await world.admin.fault({ path: PATHS.aggregate, rawBody: '{"txid":"t","usage":[],"errors":[]}', times: 1 });
    expect(await policyOf(query)).toBe(OF_OTHERS);
  });

  test('has a response that nobody may store if it has errors', async () => {
    for (const query of ['{ nothing }', '{', `{ ${sessions('startDate: "x"')} { txid } }`]) {
      const { headers } = await ask(query);
      expect(headers['cache-control']).toBe(NOT_STORED);
      expect(headers).not.toHaveProperty('etag');
    }
    await world.admin.fault({ path: PATHS.sessions, status: 404, times: 1 });
    const beside = await ask(`{ ${sessions(SETTLED)} { txid } ${usage(SETTLED)} { txid } }`);
    expect(beside.body).toContain('"errors"');
    expect(beside.headers['cache-control']).toBe(NOT_STORED);
  });

  test('has 304 and no body if the client already has the response, compressed or not', async () => {
    const query = `{ ${usage(SETTLED)} { usage { imei bytesTransferred numberOfSessions } } a: __schema { types { name } } }`;
    const quiet = await startWorld({ config: { reportCost: false }, simulatorOf: world });
    const send = (headers: Record<string, string>): Promise<RawAnswer & RawBytes> =>
      sendRaw(quiet.url, {
        method: 'GET',
        path: `/graphql?${new URLSearchParams({ query }).toString()}`,
        headers: { 'Apollo-Require-Preflight': 'true', ...headers },
      });
    const plain = await send({});
    const compressed = await send({ 'Accept-Encoding': 'gzip' });
    const tag = String(plain.headers['etag']);
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(compressed.headers['etag']).toBe(tag);
    for (const known of [tag, tag.replace('W/', ''), `"other", ${tag}`, '*']) {
      const again = await send({ 'If-None-Match': known, 'Accept-Encoding': 'gzip' });
      expect(again.status).toBe(304);
      expect(again.bytes).toHaveLength(0);
      expect(again.headers).toMatchObject({ etag: tag, 'cache-control': OF_SETTLED, vary: plain.headers['vary'] });
      expect(again.headers).not.toHaveProperty('content-encoding');
    }
    for (const other of ['"other"', 'W/"other"', '', tag.slice(0, -2)]) {
      expect((await send({ 'If-None-Match': other })).body).toBe(plain.body);
    }
    await quiet.close();
  });

  test('may be shown without asking exactly if all its fields may, whatever fields it has', async () => {
    const fields: readonly (readonly [string, 'settled' | 'changing' | 'neither'])[] = [
      [`${sessions(SETTLED)} { txid }`, 'settled'],
      [`${usage(SETTLED)} { usage { imei } }`, 'settled'],
      [`device(imei: "${imei}") { usage(${SETTLED}) { imei } }`, 'settled'],
      [`${sessions(MOVING)} { txid }`, 'changing'],
      [`${usage(MOVING)} { txid }`, 'changing'],
      ['aggregatedReportRequests { totalCount }', 'changing'],
      [`device(imei: "${imei}") { accountNumber }`, 'neither'],
      ['__typename', 'neither'],
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...fields), { minLength: 1, maxLength: 6 }), async (chosen) => {
        const query = `{ ${chosen.map(([text], at) => `f${at}: ${text}`).join(' ')} }`;
        const kinds = chosen.map(([, kind]) => kind);
        const isSettled = kinds.includes('settled') && !kinds.includes('changing');
        expect(await policyOf(query)).toBe(isSettled ? OF_SETTLED : OF_OTHERS);
      }),
      { numRuns: 40 },
    );
  });

  test('is the only operation whose response may be stored: those of a POST and a subscription may not', async () => {
    const query = `{ ${sessions(SETTLED)} { txid } }`;
    for (const accept of ['application/json', 'application/json;q=0.9']) {
      const headers = { 'Content-Type': 'application/json', Accept: accept };
      const posted = await sendRaw(world.url, { headers, body: JSON.stringify({ query }) });
      expect(posted.headers['cache-control']).toBe(NOT_STORED);
      expect(posted.headers).not.toHaveProperty('etag');
    }
    const followed = 'subscription { aggregatedReportProgress(txid: "none") { status } }';
    const events = await ask(followed, { Accept: 'text/event-stream' });
    expect(events.headers['cache-control']).toBe(NOT_STORED);
  });
});
