import { pino } from 'pino';
import { createRecordBody } from '../../src/async-reports/callbacks/record-body.ts';
import { StoreError } from '../../src/async-reports/store/store-error.ts';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { PATHS } from '../support/world/admin.ts';
import { codesOf, imeisOf, startAsyncWorld, usageOf, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { RequestAggregatedReportDocument } from '../support/graphql/graphql.ts';
import type { Settings } from '../support/world/settings.ts';

const [A = '', B = '', C = ''] = imeisOf(3);

describe('the callback receiver', () => {
  let at: AsyncWorld;
  const start = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({ config });
  };
  afterEach(() => at.close());

  const received = async (txid: string): Promise<number> => (await at.find(txid))?.receivedDevices ?? -1;

  test.each([
    ['a report with a list', (txid: string) => usageOf(txid, A)],
    ['a list of reports', (txid: string) => [usageOf(txid, A)]],
    ['one device next to its txid', (txid: string) => ({ txid, imei: A, numberOfSessions: 1, bytesTransferred: 7 })],
    ['unknown fields', (txid: string) => ({ ...usageOf(txid, A), more: { of: 'it' } })],
    [
      'an IMEI as a number',
      (txid: string) => ({ txid, usage: [{ imei: Number(A), numberOfSessions: 1, bytesTransferred: 7 }] }),
    ],
    ['a leading byte order mark', (txid: string) => `\uFEFF${JSON.stringify(usageOf(txid, A))}`],
  ])('accepts %s', async (_, toBody) => {
    await start();
    const txid = await at.request([A, B]);
    expect((await at.post(toBody(txid))).status).toBe(200);
    expect(await at.find(txid)).toMatchObject({ status: 'RECEIVING', receivedDevices: 1, progress: 0.5 });
  });

  test('accepts many devices in one message, repeats without effect, and errors in both forms', async () => {
    await start();
    const txid = await at.request([A, B, C]);
    const message = {
      txid,
      usage: [
        { imei: A, numberOfSessions: 2, bytesTransferred: 2 ** 40 },
        { imei: B, numberOfSessions: 0, bytesTransferred: 0 },
      ],
    };
    for (const body of [message, [message, message], usageOf(txid, A, 5)]) {
      expect((await at.post(body)).status).toBe(200);
    }
    expect(await at.find(txid)).toMatchObject({
      receivedDevices: 2,
      totals: { devices: 2, silentDevices: 1, numberOfSessions: 2, bytesTransferred: 2 ** 40 },
    });
    const fault = { faultcode: 'NOT_FOUND', faultstring: 'no such device' };
    expect((await at.post({ txid, imei: C, faultResponse: fault })).status).toBe(200);
    expect(await at.find(txid)).toMatchObject({
      status: 'COMPLETED',
      failedDevices: 1,
      errors: { totalCount: 1, nodes: [{ imei: C, errorMessage: 'no such device' }] },
    });
  });

  test('does not take the number 0 for an IMEI, and stores a dead letter', async () => {
    await start();
    for (const [imei, input] of [[[A, B]], [[], { allDevices: true }]] as const) {
      const txid = await at.request(imei, input);
      const usage = { numberOfSessions: 1, bytesTransferred: 7 };
      const message = {
        txid,
        usage: [
          { imei: 0, ...usage },
          { imei: A, ...usage },
        ],
        errors: [{ imei: 0, errorMessage: 'broken' }],
      };
      expect((await at.post(message)).status).toBe(200);
      expect(await at.find(txid)).toMatchObject({
        totals: { devices: 1, bytesTransferred: 7 },
        usage: { nodes: [{ imei: A }] },
        errors: { nodes: [{ imei: null, errorMessage: 'broken' }] },
      });
      const deadLetters = at.world.logged.filter((line) => line.includes('It has an entry without a valid IMEI.'));
      expect(deadLetters).toHaveLength(input === undefined ? 1 : 2);
    }
  });

  test('stores a message that arrives before the response to its request', async () => {
    await start();
    expect((await at.post(usageOf('txid-1', A))).status).toBe(200);
    expect(await at.find('txid-1')).toBe(null);
    expect(await at.request([A])).toBe('txid-1');
    expect(await at.find('txid-1')).toMatchObject({ status: 'COMPLETED', receivedDevices: 1 });
  });

  test.each([
    ['', 'It is empty.'],
    ['no JSON', 'It is not valid JSON.'],
    ['"text"', 'It is not a JSON object.'],
    ['{}', 'It has no valid transaction id.'],
    ['{"txid":"t"}', 'It has neither usage nor an error.'],
    ['['.repeat(4_000), 'It is not valid JSON.'],
    ['['.repeat(2_000_000), 'It has too many levels of lists and objects.'],
    [`[${'1,'.repeat(2_000_000)}1]`, 'It has too many values.'],
    [`{"txid":"t","errors":[${'{},'.repeat(1_390_000)}{}]}`, 'It has too many values.'],
    [
      JSON.stringify(Object.fromEntries(imeisOf(2_000).map((imei) => [imei, 1]))),
      'It has too many different names of fields.',
    ],
    ['\u0000\u0001', 'It is not valid JSON.'],
  ])('stores an unreadable body as a dead letter and responds with 200: %.20j', async (body, reason) => {
    await start();
    expect((await at.post(body)).status).toBe(200);
    expect(at.world.logged.join()).toContain(`"reason":"${reason}"`);
    expect(at.world.logged.join()).not.toContain('"level":50');
  });

  test('stores the first 100 transactions of a body and not the others, and stores a dead letter', async () => {
    await start();
    const body = Array.from({ length: 300 }, (_, number) => usageOf(`txid-${number + 1}`, A));
    expect((await at.post([...body, ...body])).status).toBe(200);
    expect(at.world.logged.join()).toContain('"reason":"It has entries of more than 100 transactions."');
    for (let number = 1; number <= 102; number += 1) {
      const txid = await at.request([A]);
      expect([txid, await received(txid)]).toEqual([`txid-${number}`, number <= 100 ? 1 : 0]);
    }
  });

  test('stores the first 10,000 entries of a body and not the others, and stores a dead letter', async () => {
    await start();
    const txid = await at.request([], { allDevices: true });
    const usage = (devices: number) => imeisOf(devices).map((imei) => ({ imei, numberOfSessions: 1 }));
    expect((await at.post({ txid, usage: usage(10_000) })).status).toBe(200);
    expect(at.world.logged).toEqual([]);
    expect((await at.post({ txid, usage: usage(12_000), errors: [{ imei: A, errorMessage: 'x' }] })).status).toBe(200);
    expect(await received(txid)).toBe(10_000);
    expect(at.world.logged.join()).toContain('"reason":"It has more than 10000 entries."');
  });

  test('stores at most 1,000 errors without an IMEI of a report, and every device', async () => {
    await start();
    const txid = await at.request([], { allDevices: true });
    const errors = (from: number, count: number) =>
      Array.from({ length: count }, (_, number) => ({ errorMessage: `error ${from + number}` }));
    const totals = async () => {
      const report = await at.find(txid);
      return [report?.receivedDevices, report?.failedDevices, report?.errors.totalCount];
    };
    expect((await at.post({ txid, errors: errors(0, 600) })).status).toBe(200);
    expect(await totals()).toEqual([0, 0, 600]);
    const named = { imei: B, errorMessage: 'no such device' };
    const usage = [{ imei: A, numberOfSessions: 1 }];
    expect((await at.post({ txid, usage, errors: [...errors(0, 2_000), named] })).status).toBe(200);
    expect(await totals()).toEqual([1, 1, 1_001]);
    expect((await at.post({ txid, errors: [...errors(0, 2_000), { imei: C, errorMessage: 'no' }] })).status).toBe(200);
    expect(await totals()).toEqual([1, 2, 1_002]);
    expect((await at.post({ txid, errors: [{}, {}, {}] })).status).toBe(200);
    expect(await totals()).toEqual([1, 2, 1_002]);
  });

  test('stores errors without an IMEI, however many devices that nobody requested have errors', async () => {
    await start();
    const txid = await at.request([A, B]);
    const others = imeisOf(1_000, 100).map((imei) => ({ imei, errorMessage: 'no' }));
    expect((await at.post({ txid, errors: others })).status).toBe(200);
    expect((await at.post({ txid, errors: [{ errorMessage: 'broken' }] })).status).toBe(200);
    expect((await at.find(txid))?.errors.totalCount).toBe(1_001);
  });

  test('responds with 404 to a wrong secret, whatever the method', async () => {
    await start();
    const right = at.world.callbackUrl;
    for (const url of [
      `${right}x`,
      right.slice(0, -1),
      `${right}/`,
      right.replace(/[^/]*$/, ''),
      right.toUpperCase(),
    ]) {
      const wrong = url.replace(/^HTTP:/, 'http:');
      const answer = await at.post(usageOf('t', A), { url: wrong });
      expect([wrong, answer.status]).toEqual([wrong, 404]);
      expect((await at.post('', { url: wrong, method: 'DELETE' })).status).toBe(404);
    }
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'responds to %s with 405 and the allowed method',
    async (method) => {
      await start();
      expect(await at.post('', { method })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    },
  );

  test('responds with 413 to a body over the limit, with or without Content-Length, and accepts one at the limit', async () => {
    await start();
    const txid = await at.request([A]);
    const maxBytes = 4 * 2 ** 20;
    const padded = (bytes: number): string => JSON.stringify(usageOf(txid, A)).padEnd(bytes, ' ');
    expect((await at.post(padded(maxBytes + 1))).status).toBe(413);
    expect((await at.post(padded(maxBytes + 1), { headers: { 'Transfer-Encoding': 'chunked' } })).status).toBe(413);
    expect(await received(txid)).toBe(0);
    expect((await at.post(padded(maxBytes))).status).toBe(200);
    expect(await received(txid)).toBe(1);
  });

  test('accepts only the configured user name and password', async () => {
    await start({ callbackCredentials: { username: 'carrier', password: 'pa:ß word' } });
    const basic = (text: string): Record<string, string> => ({
      Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
    });
    const txid = await at.request([A]);
    const registered = new URL(at.world.callbackUrl);
    expect([registered.username, decodeURIComponent(registered.password)]).toEqual(['carrier', 'pa:ß word']);
    const url = `${registered.origin}${registered.pathname}`;
    for (const headers of [{}, basic('carrier:wrong'), basic(''), { Authorization: 'Bearer x' }]) {
      const answer = await at.post(usageOf(txid, A), { url, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('Basic');
    }
    expect((await at.post(usageOf(txid, A), { url, headers: basic('carrier:pa:ß word') })).status).toBe(200);
    expect(await received(txid)).toBe(1);
  });

  test('accepts only messages that are signed with the configured key', async () => {
    await start({ callbackSignature: { secret: 'a key', header: 'x-carrier-signature' } });
    const txid = await at.request([A, B, C]);
    const body = JSON.stringify(usageOf(txid, A));
    const sign = (key: string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const post = async (signature: string | null): Promise<number> => {
      const headers = signature === null ? {} : { 'X-Carrier-Signature': signature };
      return (await at.post(body, { headers })).status;
    };
    for (const wrong of [
      null,
      '',
      'x',
      sign('other key', body).toString('hex'),
      sign('a key', `${body} `).toString('hex'),
    ]) {
      expect(await post(wrong)).toBe(401);
    }
    expect(await received(txid)).toBe(0);
    const right = sign('a key', body);
    for (const form of [
      right.toString('hex'),
      right.toString('base64'),
      `sha256=${right.toString('hex').toUpperCase()}`,
    ]) {
      expect(await post(form)).toBe(200);
    }
    expect(await received(txid)).toBe(1);
  });

  test('stores nothing of a message whose sender disconnects before its end', async () => {
    await start();
    const txid = await at.request([A, B]);
    const { hostname, port, pathname } = new URL(at.world.callbackUrl);
    const body = JSON.stringify(usageOf(txid, A));
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length + 1}\r\n\r\n${body}`, () => {
      socket.destroy();
    });
    await once(socket, 'close');
    expect((await at.post(usageOf(txid, B))).status).toBe(200);
    expect(await received(txid)).toBe(1);
    expect(at.world.logged).toEqual([]);
  });

  test('keeps messages on disk while the database is unavailable, and the mutation fails without an upstream call', async () => {
    await start();
    const txid = await at.request([A]);
    const file = path.join(at.world.dataDir, 'requests.sqlite');
    await rename(file, `${file}.away`);
    expect((await at.post(usageOf(txid, A))).status).toBe(200);
    const rejected = await at.world.query(RequestAggregatedReportDocument, { input: { imei: [B], ...WINDOW } });
    expect(codesOf(rejected)).toEqual(['STORE_UNAVAILABLE']);
    expect(at.platform.requestsTo(PATHS.async)).toHaveLength(1);
    await rename(`${file}.away`, file);
    await eventually(() => received(txid)).toBe(1);
  });

  test('cuts the texts of an error visibly, and never a transaction id', async () => {
    await start();
    const txid = await at.request([A]);
    const errorMessage = `No. ${'x'.repeat(100_000)}`;
    expect((await at.post({ txid, imei: A, errorMessage })).status).toBe(200);
    const [error] = (await at.find(txid))?.errors.nodes ?? [];
    expect(error?.errorMessage).toBe(`No. ${'x'.repeat(495)}…`);
    expect((await at.post(usageOf('t'.repeat(256), A))).status).toBe(200);
    expect(at.world.logged.join()).toContain('"reason":"It has no valid transaction id."');
  });

  test('stores the same one of two errors that are cut, whichever comes first', async () => {
    await start();
    const [one, other] = [await at.request([A]), await at.request([A])];
    const texts = ['x', 'y'].map((text) => text.repeat(100_000));
    const errorOf = async (txid: string) => (await at.find(txid))?.errors.nodes[0]?.errorMessage;
    for (const errorMessage of texts) await at.post({ txid: one, imei: A, errorMessage });
    for (const errorMessage of texts.toReversed()) await at.post({ txid: other, imei: A, errorMessage });
    expect(await errorOf(one)).toBe(`${'x'.repeat(499)}…`);
    expect(await errorOf(other)).toBe(await errorOf(one));
  });

  test('takes no longer for usage after errors of 4 MB than before them', async () => {
    await start();
    const txid = await at.request([A]);
    const times: number[] = [];
    const message = { txid, usage: imeisOf(2_000, 10).map((imei) => ({ imei, numberOfSessions: 1 })) };
    const post = async (body: object): Promise<number> => {
      const before = process.cpuUsage();
      expect((await at.post(body)).status).toBe(200);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    const other = await at.request([A]);
    times.push(await post({ ...message, txid: other }));
    const errorMessage = 'x y '.repeat(1_000_000);
    for (const imei of imeisOf(20, 5_000)) await post({ txid, imei, errorMessage });
    times.push(await post(message));
    // It took over a hundred times as long when the errors were stored whole.
    expect(times[1]).toBeLessThan(10 * (times[0] ?? 0) + 200);
  });

  test('responds with 503 to messages of unknown transactions beyond the bound, and logs that once a minute', async () => {
    await start({ unknownMaxBytes: 3_000 });
    const txid = await at.request([A, B, C]);
    const statuses: number[] = [];
    for (let number = 0; number < 10; number += 1) {
      statuses.push((await at.post(usageOf(`unknown ${number}`, A))).status);
    }
    expect(statuses).toEqual([...Array<number>(4).fill(200), ...Array<number>(6).fill(503)]);
    expect(await at.post(usageOf('unknown 9', A))).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    const warnings = () => at.world.logged.filter((line) => line.includes('CALLBACK_UNKNOWN_MAX_BYTES')).length;
    expect(warnings()).toBe(1);
    at.world.clock.advance(60_000);
    expect((await at.post(usageOf('unknown 9', A))).status).toBe(503);
    expect(warnings()).toBe(2);
    // A message that is partly known is stored whole.
    expect((await at.post([usageOf(txid, A), usageOf('txid-2', B)])).status).toBe(200);
    expect((await at.post(usageOf(txid, B))).status).toBe(200);
    expect(await received(txid)).toBe(2);
    expect(await at.request([B])).toBe('txid-2');
    expect(await at.find('txid-2')).toMatchObject({ status: 'COMPLETED' });
    expect(at.world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('stores an unreadable part as a dead letter only when the rest is stored, however often it comes', async () => {
    await start({ unknownMaxBytes: 0 });
    const body = [usageOf('txid-1', A), 'garbled'];
    for (let times = 0; times < 3; times += 1) expect((await at.post(body)).status).toBe(503);
    const deadLetters = () => at.world.logged.filter((line) => line.includes('dead letter')).length;
    expect(deadLetters()).toBe(0);
    await at.request([A]);
    expect((await at.post(body)).status).toBe(200);
    expect(deadLetters()).toBe(1);
  });

  test.each([
    { allowed: ['127.0.0.1'], proxies: 0, forwarded: undefined, status: 200 },
    { allowed: ['127.0.0.0/8', '::1'], proxies: 0, forwarded: '3.87.163.45', status: 200 },
    { allowed: ['3.87.163.45'], proxies: 0, forwarded: '3.87.163.45', status: 403 },
    { allowed: ['3.87.163.45'], proxies: 1, forwarded: '3.87.163.45', status: 200 },
    { allowed: ['3.87.163.45'], proxies: 1, forwarded: '3.87.163.45, 9.9.9.9', status: 403 },
    { allowed: ['3.87.163.45'], proxies: 2, forwarded: '1.1.1.1, 3.87.163.45, 10.0.0.1', status: 200 },
    { allowed: ['2001:db8::/32'], proxies: 1, forwarded: '2001:db8::7', status: 200 },
    { allowed: ['3.87.163.45'], proxies: 1, forwarded: 'nonsense', status: 403 },
  ])('checks the address of the sender: $allowed, $proxies proxies, $forwarded', async (row) => {
    await start({ callbackAllowedIps: row.allowed, trustedProxies: row.proxies });
    const headers: Record<string, string> = row.forwarded === undefined ? {} : { 'X-Forwarded-For': row.forwarded };
    expect((await at.post(usageOf('t', A), { headers })).status).toBe(row.status);
  });
});

describe('a body that the group of its messages could not be committed with', () => {
  const BODY = JSON.stringify({
    txid: 'one',
    usage: [{ imei: '100000000000001', numberOfSessions: 1 }, { imei: 'x' }],
  });
  const TWO = JSON.stringify(['one', 'two'].map((txid) => ({ txid, imei: '100000000000001', numberOfSessions: 1 })));
  type Record = Parameters<typeof createRecordBody>[0]['store']['recordMessages'];

  /** How recording ends: with the code of its error, or with null. */
  const record = async (body: string, recordMessages: Record) => {
    const deadLetters: string[] = [];
    const recordBody = createRecordBody({
      writer: { write: () => Promise.reject(new StoreError('FAILED')) },
      store: {
        recordMessages,
        addDeadLetter: ({ reason }) => Promise.resolve(void deadLetters.push(reason)),
      },
      hide: (text) => text,
      log: pino({ enabled: false }),
      logUnexpected: () => 'an-id',
    });
    const code = await recordBody({ bytes: Buffer.from(body), charset: null, fault: null, receivedAtMs: 0 }).then(
      () => null,
      (error: unknown) => (error as StoreError).code,
    );
    return { code, deadLetters };
  };
  const outcomeWith = (...refused: string[]) => ({ fresh: 0, repeated: 0, unknown: 0, refused: new Set(refused) });

  test('becomes one dead letter if the database rejects it alone, too', async () => {
    expect(await record(BODY, () => Promise.reject(new StoreError('FAILED')))).toEqual({
      code: null,
      deadLetters: ['Its messages could not be stored.'],
    });
  });

  test.each(['UNAVAILABLE', 'FULL', 'OVERLOADED', 'CLOSED'] as const)(
    'has to be sent again after %s, and is no dead letter',
    async (code) => {
      expect(await record(BODY, () => Promise.reject(new StoreError(code)))).toEqual({ code, deadLetters: [] });
    },
  );

  test('is stored whole if only a part of it is refused, and not at all if all of it is', async () => {
    const rooms: (string | undefined)[] = [];
    const refusing =
      (...refused: string[]): Record =>
      (_, room) => {
        rooms.push(room);
        return Promise.resolve(room === 'unlimited' ? outcomeWith() : outcomeWith(...refused));
      };

    expect(await record(TWO, refusing('two'))).toEqual({ code: null, deadLetters: [] });
    expect(rooms).toEqual(['limited', 'unlimited']);
    expect(await record(TWO, refusing('one', 'two'))).toEqual({ code: 'UNKNOWN_FULL', deadLetters: [] });
  });
});
