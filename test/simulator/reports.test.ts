import { describe, expect, test } from 'vitest';
import { DAY, NOON, setUp } from '../support/world/simulator-setup.ts';

const WEEK = { startDate: '2025-11-10', endDate: '2025-11-16' };

describe('the totals of an aggregated report', () => {
  test.each(['meter', 'tracker', 'camera', 'silent'])('are the sums of the sessions of a %s', async (kind) => {
    const { client, imeisOf } = await setUp();
    const imeis = imeisOf(kind).slice(0, 4);
    for (const window of [WEEK, {}, { startDate: '2025-05-24' }, { startDate: '2025-11-18T22:13:07.5+02:00' }]) {
      const { usage = [] } = await client.aggregateOf(imeis, window);
      expect(usage.map(({ imei }) => imei).sort()).toEqual([...imeis].sort());
      for (const { imei, numberOfSessions, bytesTransferred } of usage) {
        const sessions = await client.sessionsOf(imei, window);
        expect(sessions).toHaveLength(numberOfSessions);
        expect(sessions.reduce((sum, { numBytes }) => sum + numBytes, 0)).toBe(bytesTransferred);
      }
    }
  });

  test('cover the whole account, except two devices that the platform omits', async () => {
    const { client, simulator, imeisOf } = await setUp();
    const { usage = [], errors = [] } = await client.aggregateOf([], WEEK);
    expect(errors.map(({ imei }) => imei).sort()).toEqual(imeisOf('inactive').sort());
    const answered = new Set([...usage, ...errors].map(({ imei }) => imei));
    const omitted = simulator.fleet.filter(({ imei }) => !answered.has(imei));
    expect(omitted.map(({ kind }) => kind)).toEqual(['tracker', 'tracker']);
    expect(await client.aggregateOf(omitted.map(({ imei }) => imei))).not.toHaveProperty('usage.0');
  });

  test('exceed 2^31 in a week for a camera', async () => {
    const { client, imeisOf } = await setUp();
    const { usage = [] } = await client.aggregateOf(imeisOf('camera').slice(0, 10), WEEK);
    for (const { bytesTransferred } of usage) expect(bytesTransferred).toBeGreaterThan(2 ** 31);
  });
});

describe('an aggregated report', () => {
  test('lists each device once, in another order than requested', async () => {
    const { client, imeisOf } = await setUp();
    const asked = imeisOf('meter').slice(0, 5);
    const { usage = [] } = await client.aggregateOf([...asked, ...asked]);
    expect(usage.map(({ imei }) => imei).sort()).toEqual([...asked].sort());
    expect(usage.map(({ imei }) => imei)).not.toEqual(asked);
  });

  test('lists inactive and unknown devices in errors, and sometimes omits empty lists', async () => {
    const { client, imeisOf } = await setUp();
    const [inactive = ''] = imeisOf('inactive');
    const { errors = [] } = await client.aggregateOf([inactive, '123456789012345']);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatchObject({ imei: inactive, errorResponse: { httpStatusCode: '404 NOT_FOUND' } });

    const answers = await Promise.all(
      imeisOf('meter')
        .slice(0, 20)
        .map((imei) => client.aggregateOf([imei])),
    );
    const shapes = new Set(answers.map((answer) => 'errors' in answer));
    expect(shapes).toEqual(new Set([true, false]));
  });

  test('contains only devices with the requested group, label and data plan', async () => {
    const { client, simulator } = await setUp();
    const { fleet } = simulator;
    for (const name of ['deviceGroup', 'deviceLabel', 'dataPlan'] as const) {
      const value = fleet.find(({ kind }) => kind === 'camera')?.[name] ?? '';
      const { usage = [], errors = [] } = await client.aggregateOf([], { [name]: value });
      const expected = fleet.filter((device) => device[name] === value).map(({ imei }) => imei);
      const got = [...usage, ...errors].map(({ imei }) => imei);
      expect(got.length).toBeGreaterThan(0);
      expect(expected).toEqual(expect.arrayContaining(got));
      expect(expected.length - got.length).toBeLessThanOrEqual(2);
    }
  });

  test.each(['true', true])('contains only devices without sessions if noSessionFlag is %j', async (noSessionFlag) => {
    const { client, imeisOf } = await setUp();
    const silent = imeisOf('silent').slice(0, 3);
    const { usage = [] } = await client.aggregateOf([...silent, ...imeisOf('meter').slice(0, 3)], { noSessionFlag });
    expect(usage).toHaveLength(3);
    for (const item of usage) expect(item).toMatchObject({ numberOfSessions: 0, bytesTransferred: 0 });
  });
});

describe('a sessions report', () => {
  test('has an id of ten digits, and no sessions for a silent device', async () => {
    const { client, simulator, imeisOf } = await setUp();
    const [imei] = imeisOf('silent');
    const answer = await client.report('sessions', { imei });
    expect(answer.json).toEqual({
      id: simulator.fleet.find((device) => device.imei === imei)?.id,
      txid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    const nothing = await client.report('sessions', {
      imei: imeisOf('meter')[0],
      startDate: '2025-11-18T00:00:00Z',
      endDate: '2025-11-18T00:00:00Z',
    });
    expect(nothing.json).toHaveProperty('sessions', []);
  });

  test('omits the end of an open session, and counts its bytes so far', async () => {
    const later = await setUp({ now: () => NOON + DAY });
    const [imei = ''] = later.imeisOf('camera');
    const closed = (await later.client.sessionsOf(imei, { startDate: '2025-11-19', endDate: '2025-11-19' }))[0];
    const start = Date.parse(closed?.startTime ?? '');
    const end = Date.parse(closed?.endTime ?? '');
    const sessionAt = async (now: number) =>
      (await (await setUp({ now: () => now })).client.sessionsOf(imei, { startDate: '2025-11-19' }))[0];

    expect(await sessionAt(start - 1)).toBeUndefined();
    expect(await sessionAt(start)).toEqual({ startTime: closed?.startTime, numBytes: 0 });
    expect(await sessionAt((start + end) / 2)).toEqual({
      startTime: closed?.startTime,
      numBytes: Math.floor((closed?.numBytes ?? NaN) / 2),
    });
    expect(await sessionAt(end)).toEqual(closed);
  });

  test('contains the sessions that started in the window, some of which cross midnight', async () => {
    const { client, imeisOf } = await setUp();
    const [imei = ''] = imeisOf('tracker');
    const sessions = await client.sessionsOf(imei, { startDate: '2025-10-20', endDate: '2025-11-16' });
    for (const { startTime } of sessions) {
      expect(startTime >= '2025-10-20' && startTime < '2025-11-17').toBe(true);
    }
    expect(sessions.some(({ startTime, endTime }) => startTime.slice(0, 10) !== endTime?.slice(0, 10))).toBe(true);
    const weekend = sessions.filter(({ startTime }) => [0, 6].includes(new Date(startTime).getUTCDay()));
    expect(weekend.length).toBeLessThan(sessions.length / 10);
  });

  test('filters by the duration in seconds', async () => {
    const { client, imeisOf } = await setUp();
    const [imei = ''] = imeisOf('meter');
    const all = await client.sessionsOf(imei, WEEK);
    const seconds = all.map(({ startTime, endTime = '' }) => (Date.parse(endTime) - Date.parse(startTime)) / 1000);
    const [durationLow, durationHigh] = [20, 60];
    const filtered = await client.sessionsOf(imei, { ...WEEK, durationLow, durationHigh });
    expect(filtered).toEqual(all.filter((_, index) => (seconds[index] ?? 0) >= 20 && (seconds[index] ?? 0) <= 60));
    expect(filtered.length).toBeLessThan(all.length);
    expect(await client.report('sessions', { imei, durationLow: 2, durationHigh: 1 })).toMatchObject({ status: 400 });
  });

  test.each(['inactive', 'unknown'])('is a 404 for an %s device', async (kind) => {
    const { client, imeisOf } = await setUp();
    const imei = imeisOf(kind)[0] ?? '123456789012345';
    expect(await client.report('sessions', { imei })).toMatchObject({
      status: 404,
      json: { responseCode: 'INVALID_PARAMETER', message: 'NOT_FOUND', fault: { code: '404' } },
    });
  });
});

describe('the dates of a request', () => {
  async function firstAndLast(fields: Record<string, string>): Promise<string[]> {
    const { client, imeisOf } = await setUp();
    const sessions = await client.sessionsOf(imeisOf('meter')[1] ?? '', fields);
    return [sessions[0], sessions.at(-1)].map((session) => session?.startTime.slice(0, 10) ?? '');
  }

  test.each([
    [{}, '2025-10-20', '2025-11-19'],
    [{ startDate: '2025-11-03', endDate: '2025-11-04' }, '2025-11-03', '2025-11-04'],
    [{ startDate: 'LAST_WEEK', endDate: 'LAST_WEEK' }, '2025-11-10', '2025-11-16'],
    [{ startDate: 'LAST_MONTH', endDate: 'LAST_MONTH' }, '2025-10-01', '2025-10-31'],
    [{ startDate: 'YESTERDAY', endDate: 'YESTERDAY' }, '2025-11-18', '2025-11-18'],
    [{ startDate: 'LAST_7_DAYS' }, '2025-11-12', '2025-11-19'],
    [{ endDate: '2025-10-31' }, '2025-10-02', '2025-10-31'],
    [{ startDate: '2025-05-01', endDate: '2025-05-31' }, '2025-05-23', '2025-05-31'],
  ])('%j reach from %s to %s', async (fields, first, last) => {
    expect(await firstAndLast(fields)).toEqual([first, last]);
  });

  test.each([
    [{ startDate: '2025-05-01', endDate: '2025-11-01' }, 'longer than 180 days'],
    [{ startDate: '2025-03-01', endDate: '2025-05-01' }, 'older than 180 days'],
    [{ startDate: '2025-11-02', endDate: '2025-11-01' }, 'before startDate'],
    [{ startDate: '2025-02-30' }, 'startDate'],
    [{ startDate: '11/01/2025' }, 'startDate'],
    [{ endDate: 'LAST_FORTNIGHT' }, 'endDate'],
    [{ endDate: '' }, 'endDate'],
    [{ startDate: 20251101 }, 'startDate must be a string'],
  ])('%j are rejected: %s', async (fields, message) => {
    const { client, imeisOf } = await setUp();
    expect(await client.report('aggregate', { imei: imeisOf('meter').slice(0, 1), ...fields })).toMatchObject({
      status: 400,
      json: { responseCode: 'INVALID_PARAMETER', message: expect.stringContaining(message) as string },
    });
  });
});
