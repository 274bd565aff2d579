import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const QUERY = `query ($startDate: ReportDate) {
  sessionsReport(input: { imei: "111111111111111", startDate: $startDate, endDate: "2026-11-03" }) {
    deviceId txid
    sessions { startTime endTime numBytes durationSeconds }
    totals { numberOfSessions numBytes durationSeconds incompleteSessions }
    daily { date numberOfSessions numBytes }
    dailyBefore { date partial numberOfSessions numBytes }
  }
}`;

/** graphql-jit does not compile a document that has fragments and conditions. */
const INTERPRETED = `${QUERY.replace('{\n', '{\n...More @include(if: true)\n')} fragment More on Query { __typename }`;

interface Report {
  readonly deviceId: string | null;
  readonly txid: string;
  readonly sessions: Record<string, unknown>[];
  readonly totals: Record<string, unknown>;
  readonly daily: Record<string, unknown>[];
  readonly dailyBefore: Record<string, unknown> | null;
}

let world: World;

beforeAll(async () => {
  world = await startWorld({ config: { retries: 0 } });
});
afterAll(() => world.close());
beforeEach(() => world.admin.endFaults());

async function answerTo(rawBody: string, variables: Record<string, unknown> = {}, query = QUERY): Promise<Answer> {
  await world.admin.fault({ path: PATHS.sessions, rawBody });
  const answer = await world.query(query, variables);
  expect(world.logged).toEqual([]);
  return answer;
}

async function reportOf(rawBody: string, variables: Record<string, unknown> = {}): Promise<Report> {
  const { data, errors } = await answerTo(rawBody, variables);
  expect(errors).toEqual([]);
  return (data as { sessionsReport: Report }).sessionsReport;
}

const withSessions = (...sessions: unknown[]): string => JSON.stringify({ id: '1', txid: 'x', sessions });
const START = '2026-11-02T08:00:00Z';

describe('the bytes of a session', () => {
  test.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['4294967296', 4_294_967_296],
    ['0', 0],
    ['9007199254740992', null],
    ['1e400', null],
    ['-1', null],
    ['0.5', null],
    ['"5"', null],
    ['null', null],
    ['true', null],
    ['{}', null],
    [undefined, null],
  ])('with numBytes %s are %j', async (text, reported) => {
    const bytes = text === undefined ? '' : `, "numBytes": ${text}`;
    const { sessions, totals } = await reportOf(`{"id": "1", "sessions": [{"startTime": "${START}"${bytes}}]}`);
    expect(sessions).toEqual([{ startTime: START, endTime: null, numBytes: reported, durationSeconds: null }]);
    expect(totals).toEqual({
      numberOfSessions: 1,
      numBytes: reported ?? 0,
      durationSeconds: 0,
      incompleteSessions: reported === null ? 1 : 0,
    });
  });

  test('fail only the sums above 2^53-1, of the report and of a day, compiled or interpreted', async () => {
    const session = (startTime: string, numBytes: number) => ({ startTime, numBytes });
    const body = withSessions(
      session(START, Number.MAX_SAFE_INTEGER),
      session(START, 1),
      session('2026-11-03T08:00:00Z', 5),
    );
    for (const query of [QUERY, INTERPRETED]) {
      const { data, errors } = await answerTo(body, { startDate: '2026-11-02' }, query);
      expect(data).toMatchObject({
        sessionsReport: {
          txid: 'x',
          sessions: [{ numBytes: Number.MAX_SAFE_INTEGER }, { numBytes: 1 }, { numBytes: 5 }],
          totals: { numberOfSessions: 3, numBytes: null, durationSeconds: 0, incompleteSessions: 0 },
          daily: [
            { date: '2026-11-02', numberOfSessions: 2, numBytes: null },
            { date: '2026-11-03', numberOfSessions: 1, numBytes: 5 },
          ],
        },
      });
      const tooLarge = {
        message: expect.stringMatching(/^numBytes exceeds 2\^53-1, .* shorter window\.$/) as string,
        extensions: { code: 'SUM_TOO_LARGE' },
      };
      expect(errors).toHaveLength(2);
      expect(errors).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ ...tooLarge, path: ['sessionsReport', 'totals', 'numBytes'] }),
          expect.objectContaining({ ...tooLarge, path: ['sessionsReport', 'daily', 0, 'numBytes'] }),
        ]),
      );
    }
  });
});

describe('the times of a session', () => {
  test.each([
    ['2026-11-02T08:00:00Z', '2026-11-02T08:00:00Z'],
    ['2026-11-02T08:00:00.123456789Z', '2026-11-02T08:00:00.123456789Z'],
    ['2026-11-02T08:00:00', '2026-11-02T08:00:00Z'],
    ['2026-11-02 08:00:00', '2026-11-02T08:00:00Z'],
    ['2026-11-02T08:00', '2026-11-02T08:00:00Z'],
    ['2026-11-02', '2026-11-02T00:00:00Z'],
    ['2026-11-02T08:00:00.5+05:30', '2026-11-02T08:00:00.5+05:30'],
    ['2026-11-02T08:00:00-0800', '2026-11-02T08:00:00-08:00'],
    ['2026-11-02t08:00:00z', '2026-11-02T08:00:00Z'],
    ['2024-02-29T08:00:00Z', '2024-02-29T08:00:00Z'],
    ['2026-11-02T08:00:00-05', '2026-11-02T08:00:00-05:00'],
    ['2026-11-02T08:00:00,123Z', '2026-11-02T08:00:00.123Z'],
    ['20261102T080000Z', '2026-11-02T08:00:00Z'],
    ['20261102T080000.5-0500', '2026-11-02T08:00:00.5-05:00'],
    ['20261102T0800', '2026-11-02T08:00:00Z'],
    ['20261102', '2026-11-02T00:00:00Z'],
    ['2026-11-02T08:00:00Z[UTC]', '2026-11-02T08:00:00Z'],
    ['2026-11-02T08:00-05:00[America/New_York]', '2026-11-02T08:00:00-05:00'],
    ['2026-11-02T08:00:00[UTC]', null],
    ['2026-1102T08:00:00Z', null],
    ['2026-11-02T08:0000Z', null],
    ['20261131T080000Z', null],
    ['20261102T240000Z', null],
    ['12345678', null],
    ['2026-02-29T08:00:00Z', null],
    ['2026-02-30T08:00:00', null],
    ['2026-11-31T08:00:00+01:00', null],
    ['2026-11-02T24:00:00Z', null],
    ['2026-11-02T25:00:00Z', null],
    ['2026-13-02T08:00:00Z', null],
    ['2026-11-02T08:00:00+25:00', null],
    ['yesterday', null],
    ['', null],
    ['Mon, 02 Nov 2026 08:00:00 GMT', null],
    [1_793_606_400_000, null],
    [null, null],
    [undefined, null],
    [{}, null],
    [['2026-11-02T08:00:00Z'], null],
  ])('with startTime %j start at %j', async (startTime, reported) => {
    const { sessions, totals, daily, dailyBefore } = await reportOf(withSessions({ startTime, numBytes: 5 }), {
      startDate: '2026-11-02',
    });
    expect(sessions).toEqual([{ startTime: reported, endTime: null, numBytes: 5, durationSeconds: null }]);
    expect(totals).toMatchObject({ numberOfSessions: 1, numBytes: 5, incompleteSessions: reported === null ? 1 : 0 });
    const isOnRow = reported?.startsWith('2026-11-02') === true;
    expect(daily.reduce((sum, { numBytes }) => sum + Number(numBytes), 0)).toBe(isOnRow ? 5 : 0);
    if (isOnRow) expect(dailyBefore).toBeNull();
    else expect(dailyBefore).toMatchObject({ numBytes: 5, date: reported?.slice(0, 10) ?? '2026-11-01' });
  });

  test('mean the same moment in every form of ISO 8601', async () => {
    const time = fc.record({
      atSeconds: fc.integer({ min: Date.parse('1970-01-02') / 1_000, max: Date.parse('2099-12-30') / 1_000 }),
      fraction: fc.constantFrom('', '.5', ',5', '.123456', ',123'),
      offsetHours: fc.integer({ min: -12, max: 14 }),
      toOffset: fc.constantFrom(
        (hours: string) => hours,
        (hours: string) => `${hours}00`,
        (hours: string) => `${hours}:00`,
        (hours: string) => `${hours}:00[Area/City]`,
      ),
      isBasic: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(time, { minLength: 1, maxLength: 20 }), async (times) => {
        const rows = times.map(({ atSeconds, fraction, offsetHours, toOffset, isBasic }) => {
          const [local = ''] = new Date((atSeconds + offsetHours * 3_600) * 1_000).toISOString().split('.');
          const hours = `${offsetHours < 0 ? '-' : '+'}${String(Math.abs(offsetHours)).padStart(2, '0')}`;
          return { startTime: `${isBasic ? local.replace(/[-:]/g, '') : local}${fraction}${toOffset(hours)}` };
        });
        await world.admin.endFaults();
        const { sessions } = await reportOf(withSessions(...rows));
        expect(sessions.map(({ startTime }) => Date.parse(String(startTime)))).toEqual(
          times.map(
            ({ atSeconds, fraction }) =>
              atSeconds * 1_000 + Math.floor(Number(`0${fraction.replace(',', '.')}`) * 1_000),
          ),
        );
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    ['2026-11-02T09:00:00Z', 3_600, 0],
    ['2026-11-02T09:00:00', 3_600, 0],
    ['2026-11-02T10:00:00+01:00', 3_600, 0],
    ['2026-11-02T07:59:59Z', null, 1],
    ['0001-01-01T00:00:00Z', null, 1],
    ['9999-12-31T23:59:59Z', null, 1],
    ['soon', null, 1],
    ['', null, 1],
    [5, null, 1],
    [null, null, 0],
    [undefined, null, 0],
  ])('with endTime %j yield %j seconds', async (endTime, durationSeconds, incompleteSessions) => {
    const { sessions, totals } = await reportOf(withSessions({ startTime: START, endTime, numBytes: 5 }));
    expect(sessions).toMatchObject([{ startTime: START, durationSeconds }]);
    expect(totals).toEqual({
      numberOfSessions: 1,
      numBytes: 5,
      durationSeconds: durationSeconds ?? 0,
      incompleteSessions,
    });
  });

  test('far outside the window are before its days, and shift none of them', async () => {
    const sessions = ['0001-01-01T00:00:00Z', '2026-11-02T08:00:00Z', '9999-12-31T00:00:00Z'].map((startTime) => ({
      startTime,
    }));
    const days = ['2026-11-02', '2026-11-03'];
    for (const [window, dates] of [
      [{}, days],
      [{ startDate: '2026-11-01' }, ['2026-11-01', ...days]],
    ] as const) {
      const { daily, dailyBefore } = await reportOf(withSessions(...sessions), window);
      expect(daily.map(({ date }) => date)).toEqual(dates);
      expect(dailyBefore).toMatchObject({ date: '0001-01-01', numberOfSessions: 2, partial: true });
    }
  });
});

describe('a sessions response', () => {
  test('counts rows that are not objects as sessions without times and bytes', async () => {
    const { sessions, totals } = await reportOf(withSessions(null, 5, 'x', [], {}, { startTime: START, numBytes: 1 }));
    expect(sessions).toHaveLength(6);
    expect(totals).toEqual({ numberOfSessions: 6, numBytes: 1, durationSeconds: 0, incompleteSessions: 5 });
  });

  test('may have duplicate rows, because two sessions can be alike', async () => {
    const row = { startTime: START, endTime: '2026-11-02T08:00:01Z', numBytes: 1 };
    expect((await reportOf(withSessions(row, row))).totals).toMatchObject({ numberOfSessions: 2, numBytes: 2 });
  });

  test.each(['{"id": "1"}', '{"txid": "x", "sessions": null}', '{"sessions": []}', '{"id": null, "txid": {}}'])(
    'without sessions, %s, means that the device had none',
    async (body) => {
      expect((await reportOf(body)).totals).toMatchObject({ numberOfSessions: 0, numBytes: 0 });
    },
  );

  test.each([
    ['1234567890', '1234567890'],
    [1_234_567_890, '1234567890'],
    ['', null],
    [null, null],
    [undefined, null],
    [1.5, null],
    [{}, null],
  ])('with the id %j reports the deviceId %j, and an empty txid if that is missing', async (id, deviceId) => {
    const report = await reportOf(JSON.stringify({ id, txid: id, sessions: [] }));
    expect(report).toMatchObject({ deviceId, txid: deviceId ?? '' });
  });

  test.each([
    '[]',
    'null',
    '"text"',
    '0',
    '{}',
    '{"id": "1", "sessions": {}}',
    '{"id": "1", "sessions": "none"}',
    '{"id": "1", "sessions": 0}',
    '{"responseCode": "INTERNAL_ERROR", "message": "a success that is none"}',
    '',
    '{"id": "1", "sessions": [',
  ])('of an unexpected shape, %s, is an error', async (body) => {
    const { data, errors } = await answerTo(body);
    expect(data).toEqual({ sessionsReport: null });
    expect(errors).toMatchObject([{ path: ['sessionsReport'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});
