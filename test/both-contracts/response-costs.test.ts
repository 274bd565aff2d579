import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  answerWith,
  startRecordingPlatform,
  type RecordingPlatform,
  type Respond,
} from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEIS = Array.from({ length: 100 }, (_, at) => String(350_000_000_000_000 + at));
const OF_DEVICES =
  'query ($imei: [IMEI!]!) { devices(imei: $imei) { sessionsReport(startDate: "2026-11-01") { txid } } }';
const MAX_BYTES = 12 * 2 ** 20;
/** What a value counts at least, as docs/limits.md says. */
const VALUE_BYTES = 20;

const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

describe('what responses of the platform cost beside their bytes', () => {
  let platform: RecordingPlatform;
  let world: World;

  beforeAll(async () => {
    platform = await startRecordingPlatform();
    world = await startWorld({ config: { baseUrl: platform.url } });
  });
  afterAll(async () => {
    await world.close();
    await platform.close();
  });
  beforeEach(() => {
    platform.requests.length = 0;
  });

  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await world.query(query, variables);
    return { data, errors: errors.map(({ message, extensions }) => ({ code: extensions['code'], message })) };
  };

  test.each([
    ['objects without fields', '{}', 2],
    ['numbers', '0', 1],
    ['lists', '[]', 2],
  ])('counts each value of %s as 20 bytes, however short it is', async (_, row, values) => {
    const rows = 50_000;
    platform.onRequest(
      PATHS.sessions,
      answerWith(`{"id":"1","txid":"t","sessions":[${Array(rows).fill(row).join(',')}]}`),
    );

    const { data, errors } = await ask(OF_DEVICES, { imei: IMEIS });

    // The object, its list, and the two commas between its fields count, too.
    const fitting = Math.floor(MAX_BYTES / ((rows * values + 3) * VALUE_BYTES));
    const devices = (data?.['devices'] as { sessionsReport: object | null }[]).filter((each) => each.sessionsReport);
    expect(devices.length).toBeGreaterThan(0);
    expect(devices.length).toBeLessThanOrEqual(fitting);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['BUDGET_EXCEEDED']));
    expect(errors[0]?.message).toMatch(/MAX_UPSTREAM_BYTES.*Ask for fewer devices/);
  });

  test('counts a hundred devices with 1,300 sessions each by their bytes, so that they fit', async () => {
    const session = '{"startTime":"2026-11-01T10:00:00.000Z","endTime":"2026-11-01T11:00:00.000Z","numBytes":5}';
    platform.onRequest(
      PATHS.sessions,
      answerWith(`{"id":"1","txid":"t","sessions":[${Array(1_300).fill(session).join(',')}]}`),
    );
    expect((await ask(OF_DEVICES, { imei: IMEIS })).errors).toEqual([]);
  });

  test('asks for nothing more once a quarter as much did not fit', async () => {
    platform.onRequest(PATHS.aggregate, answerWith(`{"txid":"t","usage":[]${' '.repeat(8_000_000)}}`));
    const reports = repeat(
      100,
      (at) => `a${at}: aggregatedReport(input: { allDevices: true, deviceGroup: "g${at}" }) { txid }`,
    );

    const { errors } = await ask(`{ ${reports} }`);

    expect(errors.length).toBeGreaterThanOrEqual(98);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['BUDGET_EXCEEDED']));
    // Those that are in flight when the bytes are used up, and none after them.
    expect(platform.requests.filter(({ path }) => path === PATHS.aggregate).length).toBeLessThan(30);
  });

  test('does not read a response in chunks of one byte, nor asks for it again', async () => {
    const inPieces: Respond = (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.flushHeaders();
      // One write of many chunks, as an attacker would do it.
      response.socket?.write(`${'1\r\n \r\n'.repeat(100_000)}0\r\n\r\n`);
    };
    platform.onRequest(PATHS.sessions, inPieces);

    const { errors } = await ask(OF_DEVICES, { imei: IMEIS.slice(0, 1) });

    expect(errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(platform.requests.filter(({ path }) => path === PATHS.sessions)).toHaveLength(1);
  });

  test('reads up to 1,000 rows of a response for ten devices, and not more', async () => {
    const usage = (rows: number) =>
      Array.from({ length: rows }, (_, at) => ({ imei: String(450_000_000_000_000 + at), bytesTransferred: 1 }));
    const query = `{ aggregatedReport(input: { imei: ["${IMEIS[0]}"] }) { txid unexpectedDevices { imei } } }`;

    platform.onRequest(PATHS.aggregate, answerWith({ txid: 't', usage: usage(1_000) }));
    const { data, errors } = await ask(query);
    expect(errors).toEqual([]);
    expect(data?.['aggregatedReport']).toMatchObject({ unexpectedDevices: { length: 1_000 } });

    platform.onRequest(PATHS.aggregate, answerWith({ txid: 't', usage: usage(1_001) }));
    const refused = await ask(query);
    expect(refused.data?.['aggregatedReport']).toBeNull();
    expect(refused.errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(refused.errors[0]?.message).toMatch(/has 1001 rows, and at most 1000 are read/);
  });

  test('reads up to 200 listeners of an account, and says what to do about more', async () => {
    const listeners = (rows: number) => Array.from({ length: rows }, (_, at) => ({ name: `service-${at}` }));
    const path = `${PATHS.callbacks}?accountNumber=0844021539-00001`;

    platform.onRequest(path, answerWith(listeners(200)));
    expect((await ask('{ callbackListeners { name } }')).data?.['callbackListeners']).toHaveLength(200);

    platform.onRequest(path, answerWith(listeners(201)));
    const { errors } = await ask('{ callbackListeners { name } }');
    expect(errors).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
    expect(errors[0]?.message).toMatch(/has 201 rows, and at most 200 are read\. Deregister listeners/);
  });

  test('makes at most 1,000 errors of sums that are too large, however many rows and aliases have them', async () => {
    const sessions = Array.from({ length: 400 }, (_, at) => ({
      startTime: new Date(Date.UTC(2026, 8, 1) + at * 6 * 3_600_000).toISOString(),
      endTime: new Date(Date.UTC(2026, 8, 1) + at * 6 * 3_600_000 + 60_000).toISOString(),
      numBytes: Number.MAX_SAFE_INTEGER,
    }));
    platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 't', sessions }));
    const made = vi.spyOn(Error, 'captureStackTrace');
    const daily = repeat(40, (at) => `a${at}: daily { numBytes b: numBytes }`);

    const { data, errors } = await world.query(
      `{ sessionsReport(input: { imei: "${IMEIS[0]}", startDate: "2026-09-01", endDate: "2026-11-20" }) { ${daily} } }`,
    );

    // An error is made for its resolver, for its path and for its response.
    const count = made.mock.calls.length;
    made.mockRestore();
    expect(count).toBeLessThan(6_000);
    const rows = Object.values(
      (data as { sessionsReport: Record<string, { numBytes: null }[]> }).sessionsReport,
    ).flat();
    expect(rows.length).toBeGreaterThan(2_000);
    expect(new Set(rows.map(({ numBytes }) => numBytes))).toEqual(new Set([null]));
    const { extensions } = errors.at(-1) ?? {};
    expect(extensions).toMatchObject({ code: 'MORE_ERRORS' });
    expect(errors.length - 1 + Number(extensions?.['count'])).toBe(2 * rows.length);
  });
});
