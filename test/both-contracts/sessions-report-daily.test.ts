import { afterEach, describe, expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const EXAMPLE = '709312034493372';
const QUERY = `query ($startDate: ReportDate, $endDate: ReportDate, $timeZone: String) {
  sessionsReport(input: { imei: "${EXAMPLE}", startDate: $startDate, endDate: $endDate }) {
    totals { numberOfSessions numBytes durationSeconds incompleteSessions }
    daily(timeZone: $timeZone) { date partial numberOfSessions numBytes durationSeconds incompleteSessions }
    dailyBefore(timeZone: $timeZone) { date partial numberOfSessions numBytes durationSeconds incompleteSessions }
  }
}`;

interface Row {
  readonly date: string;
  readonly partial: boolean | null;
  readonly numberOfSessions: number;
  readonly numBytes: number;
  readonly durationSeconds: number;
  readonly incompleteSessions: number;
}

let world: World;
afterEach(() => world.close());

/** The daily rows for sessions with the given starts. Each lasts an hour and has one byte more than the one before. */
async function daysOf(
  startsAt: string,
  starts: readonly string[],
  variables: { startDate?: string; endDate?: string; timeZone?: string | null },
): Promise<Row[]> {
  const { daily, dailyBefore } = await seriesOf(startsAt, starts, variables);
  expect(dailyBefore).toBeNull();
  return daily;
}

async function seriesOf(
  startsAt: string,
  starts: readonly string[],
  variables: { startDate?: string; endDate?: string; timeZone?: string | null },
): Promise<{ daily: Row[]; dailyBefore: Row | null }> {
  world = await startWorld({ startsAt });
  const sessions = starts.map((startTime, index) => ({
    startTime,
    endTime: new Date(Date.parse(startTime) + 3_600_000).toISOString(),
    numBytes: index + 1,
  }));
  await world.admin.fault({ path: PATHS.sessions, rawBody: JSON.stringify({ id: '1234567890', txid: 'x', sessions }) });
  const { data, errors } = await world.query(QUERY, variables);
  expect(errors).toEqual([]);
  const { totals, daily, dailyBefore } = (
    data as { sessionsReport: { totals: Omit<Row, 'date' | 'partial'>; daily: Row[]; dailyBefore: Row | null } }
  ).sessionsReport;
  const all = dailyBefore === null ? daily : [dailyBefore, ...daily];
  for (const name of ['numberOfSessions', 'numBytes', 'durationSeconds', 'incompleteSessions'] as const) {
    expect(all.reduce((sum, day) => sum + day[name], 0)).toBe(totals[name]);
  }
  expect(all.every((day) => day.durationSeconds === day.numberOfSessions * 3_600)).toBe(true);
  return { daily, dailyBefore };
}

const counts = (days: readonly Row[]): [string, number, number][] =>
  days.map(({ date, numberOfSessions, numBytes }) => [date, numberOfSessions, numBytes]);

describe('adjacent windows', () => {
  test('have each session once, if each ends a millisecond before the next one starts', async () => {
    world = await startWorld();
    const query = `query ($imei: IMEI!, $startDate: ReportDate!, $endDate: ReportDate!) {
      sessionsReport(input: { imei: $imei, startDate: $startDate, endDate: $endDate }) { sessions { startTime } }
    }`;
    const [imei = ''] = world.devices('tracker', 1);
    const startsIn = async (fromMs: number, toMs: number): Promise<string[]> => {
      const window = { startDate: new Date(fromMs).toISOString(), endDate: new Date(toMs).toISOString() };
      const { data, errors } = await world.query(query, { imei, ...window });
      expect(errors).toEqual([]);
      const { sessions } = (data as { sessionsReport: { sessions: { startTime: string }[] } }).sessionsReport;
      return sessions.map(({ startTime }) => startTime);
    };
    const [firstMs, lastMs] = [Date.parse('2026-11-11T00:00:00Z'), Date.parse('2026-11-17T23:59:59.999Z')];
    const all = await startsIn(firstMs, lastMs);
    expect(all.length).toBeGreaterThan(50);
    // Anywhere, or exactly where a session begins.
    const cut = fc.oneof(
      fc.integer({ min: firstMs + 1, max: lastMs }),
      fc.constantFrom(...all.slice(1)).map((startTime) => Date.parse(startTime)),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(cut, { maxLength: 5 }), async (cuts) => {
        const starts = [firstMs, ...cuts.sort((one, other) => one - other)];
        const parts = await Promise.all(
          starts.map((fromMs, at) => startsIn(fromMs, (starts[at + 1] ?? lastMs + 1) - 1)),
        );
        expect(parts.flat()).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a window', () => {
  test('that began before the platform’s 180 days is rejected with the earliest day, and no call is made', async () => {
    world = await startWorld({ startsAt: '2026-11-29T15:00:00Z' });
    const window = { startDate: '2026-05-01', endDate: '2026-06-10' };
    const { data, errors } = await world.query(QUERY, window);
    expect(data).toEqual({ sessionsReport: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('2026-06-03') as string,
        extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', 'startDate'] },
      },
    ]);
    expect(await world.admin.calls(PATHS.sessions)).toEqual([]);
    const { errors: none } = await world.query(QUERY, { ...window, startDate: '2026-06-03' });
    expect(none).toEqual([]);
  });

  test.each([
    [{ startDate: 'LAST_WEEK' }, { start: 'LAST_WEEK', end: null }],
    [
      { startDate: 'LAST_WEEK', endDate: 'LAST_WEEK' },
      { start: 'LAST_WEEK', end: 'LAST_WEEK' },
    ],
    [
      { startDate: '2026-11-01', endDate: '2026-11-02T10:00:00+02:00' },
      { start: '2026-11-01', end: '2026-11-02T10:00:00+02:00' },
    ],
    [{}, { start: null, end: null }],
  ])('is in every report as it was sent: %j', async (sent, window) => {
    world = await startWorld({ listens: true });
    const { data, errors } = await world.query(
      `query ($startDate: ReportDate, $endDate: ReportDate) {
        sessionsReport(input: { imei: "${EXAMPLE}", startDate: $startDate, endDate: $endDate }) { window { start end } }
        device(imei: "${EXAMPLE}") { sessionsReport(startDate: $startDate, endDate: $endDate) { window { start end } } }
        named: aggregatedReport(input: { imei: ["${EXAMPLE}"], startDate: $startDate, endDate: $endDate }) {
          window { start end }
        }
        account: aggregatedReport(input: { imei: [], allDevices: true, startDate: $startDate, endDate: $endDate }) {
          window { start end }
        }
      }`,
      sent,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      sessionsReport: { window },
      device: { sessionsReport: { window } },
      named: { window },
      account: { window },
    });
    const requested = await world.query(
      `mutation ($startDate: ReportDate, $endDate: ReportDate) {
        requestAggregatedReport(input: { imei: ["${EXAMPLE}"], startDate: $startDate, endDate: $endDate }) {
          window { start end }
        }
      }`,
      sent,
    );
    expect(requested.data).toEqual({ requestAggregatedReport: { window } });
  });
});

describe('a daily series', () => {
  test('in UTC counts a whole session on the day that it started, even if it crosses midnight', async () => {
    const starts = ['2026-11-02T23:59:59.999Z', '2026-11-03T00:00:00.000Z', '2026-11-05T23:30:00Z'];
    const days = await daysOf('2026-11-20T12:00:00Z', starts, { startDate: '2026-11-01', endDate: '2026-11-06' });
    expect(counts(days)).toEqual([
      ['2026-11-01', 0, 0],
      ['2026-11-02', 1, 1],
      ['2026-11-03', 1, 2],
      ['2026-11-04', 0, 0],
      ['2026-11-05', 1, 3],
      ['2026-11-06', 0, 0],
    ]);
  });

  test('in New York splits the days at its midnights, before and after the clocks go back', async () => {
    const starts = [
      '2026-10-31T03:59:59Z', // the 30th, 23:59:59 EDT
      '2026-10-31T04:00:00Z', // the 31st, 0:00 EDT
      '2026-11-01T05:30:00Z', // the 1st, 1:30 EDT
      '2026-11-01T06:30:00Z', // the 1st, 1:30 EST, for the second time
      '2026-11-02T04:59:59Z', // the 1st, 23:59:59 EST
      '2026-11-02T05:00:00Z', // the 2nd, 0:00 EST
    ];
    const window = { startDate: '2026-10-31', endDate: '2026-11-02' };
    const days = await daysOf('2026-11-20T12:00:00Z', starts, { ...window, timeZone: 'America/New_York' });
    expect(counts(days)).toEqual([
      ['2026-10-30', 1, 1],
      ['2026-10-31', 1, 2],
      ['2026-11-01', 3, 3 + 4 + 5],
      ['2026-11-02', 1, 6],
    ]);
  });

  test('in Berlin splits the days at its midnights, also on the day that has 23 hours', async () => {
    const starts = [
      '2026-03-28T22:59:59Z', // the 28th, 23:59:59 CET
      '2026-03-28T23:00:00Z', // the 29th, 0:00 CET
      '2026-03-29T01:00:00Z', // the 29th, 3:00 CEST
      '2026-03-29T21:59:59Z', // the 29th, 23:59:59 CEST
      '2026-03-29T22:00:00Z', // the 30th, 0:00 CEST
    ];
    const window = { startDate: '2026-03-28', endDate: '2026-03-31' };
    const days = await daysOf('2026-04-10T12:00:00Z', starts, { ...window, timeZone: 'Europe/Berlin' });
    expect(counts(days)).toEqual([
      ['2026-03-28', 1, 1],
      ['2026-03-29', 3, 2 + 3 + 4],
      ['2026-03-30', 1, 5],
      ['2026-03-31', 0, 0],
      // In summer, the last two hours of the 31st in UTC.
      ['2026-04-01', 0, 0],
    ]);
  });

  test('in Kolkata splits the days five and a half hours earlier than in UTC', async () => {
    const starts = ['2026-11-02T18:29:59Z', '2026-11-02T18:30:00Z', '2026-11-04T18:30:00Z'];
    const window = { startDate: '2026-11-02', endDate: '2026-11-04' };
    const days = await daysOf('2026-11-20T12:00:00Z', starts, { ...window, timeZone: 'Asia/Kolkata' });
    expect(counts(days)).toEqual([
      ['2026-11-02', 1, 1],
      ['2026-11-03', 1, 2],
      ['2026-11-04', 0, 0],
      ['2026-11-05', 1, 3],
    ]);
  });

  test.each([
    ['UTC', '2026-05-25'],
    ['America/New_York', '2026-05-24'],
    ['Asia/Kolkata', '2026-05-25'],
    ['Europe/Berlin', '2026-05-25'],
  ])('in %s has each day of half a year once, across the clock change', async (timeZone, first) => {
    const window = { startDate: '2026-05-25', endDate: '2026-11-20' };
    const days = (await daysOf('2026-11-20T12:00:00Z', [], { ...window, timeZone })).map(({ date }) => date);
    expect([days[0], days.at(-1)]).toEqual([first, '2026-11-20']);
    for (const [at, date] of days.entries()) {
      if (at > 0) expect(Date.parse(date) - Date.parse(days[at - 1] ?? '')).toBe(86_400_000);
    }
  });

  test('in Samoa has no row for the day that it left out when it crossed the date line', async () => {
    const starts = ['2011-12-30T09:59:59Z', '2011-12-30T10:00:00Z'];
    const window = { startDate: '2011-12-29', endDate: '2011-12-31', timeZone: 'Pacific/Apia' };
    const days = await daysOf('2012-01-20T12:00:00Z', starts, window);
    expect(counts(days)).toEqual([
      ['2011-12-28', 0, 0],
      ['2011-12-29', 1, 1],
      ['2011-12-31', 1, 2],
      ['2012-01-01', 0, 0],
    ]);
  });

  test('with date-times has the days that the window touches in the time zone, to the millisecond', async () => {
    const window = { startDate: '2026-11-02T02:00:00Z', endDate: '2026-11-04T05:00:00Z' };
    const session = '2026-11-02T05:30:00Z';
    const inNewYork = await daysOf('2026-11-20T12:00:00Z', [session], {
      ...window,
      timeZone: 'America/New_York',
    });
    expect(inNewYork.map(({ date, numberOfSessions, partial }) => [date, numberOfSessions, partial])).toEqual([
      ['2026-11-01', 0, true],
      ['2026-11-02', 1, false],
      ['2026-11-03', 0, false],
      // The window includes the first millisecond of the 4th.
      ['2026-11-04', 0, true],
    ]);
    await world.close();
    const endDate = '2026-11-04T04:59:59.999Z';
    const toMidnight = await daysOf('2026-11-20T12:00:00Z', [session], {
      ...window,
      endDate,
      timeZone: 'America/New_York',
    });
    expect(toMidnight.at(-1)).toMatchObject({ date: '2026-11-03', partial: false });
    await world.close();
    const inUtc = await daysOf('2026-11-20T12:00:00Z', [session], { ...window, timeZone: null });
    expect(inUtc.map(({ date }) => date)).toEqual(['2026-11-02', '2026-11-03', '2026-11-04']);
  });

  test.each([[[]], [['2026-11-20T12:00:00Z']]])(
    'of two dates has three days in New York, with or without sessions: %j',
    async (sessions) => {
      const window = { startDate: '2026-11-20', endDate: '2026-11-21', timeZone: 'America/New_York' };
      const days = await daysOf('2026-11-25T12:00:00Z', sessions, window);
      expect(days.map(({ date, partial }) => [date, partial])).toEqual([
        ['2026-11-19', true],
        ['2026-11-20', false],
        ['2026-11-21', true],
      ]);
    },
  );

  test('of a window that starts and ends at the same moment has the day of that moment', async () => {
    const moment = '2026-11-04T00:00:00Z';
    for (const [timeZone, date] of [
      ['UTC', '2026-11-04'],
      ['America/New_York', '2026-11-03'],
    ] as const) {
      const days = await daysOf('2026-11-20T12:00:00Z', [], { startDate: moment, endDate: moment, timeZone });
      expect(days).toMatchObject([{ date, partial: true }]);
      await world.close();
    }
    world = await startWorld();
  });

  test('shows a session that began before the window on the row of its own day, or else before the rows', async () => {
    const starts = ['2026-11-02T08:00:00Z', '2026-11-01T23:00:00Z', '2026-04-01T10:00:00Z'];
    const window = { startDate: '2026-11-02T12:00:00Z', endDate: '2026-11-03T11:59:59.999Z' };
    const { daily, dailyBefore } = await seriesOf('2026-11-20T12:00:00Z', starts, window);
    expect(counts(daily)).toEqual([
      ['2026-11-02', 1, 1],
      ['2026-11-03', 0, 0],
    ]);
    expect(dailyBefore).toMatchObject({ date: '2026-04-01', numberOfSessions: 2, numBytes: 5 });
  });

  test('has no days in the future', async () => {
    const window = { startDate: '2026-11-19', endDate: '2026-11-25' };
    const inUtc = await daysOf('2026-11-20T23:30:00Z', [], window);
    expect(inUtc.map(({ date, partial }) => [date, partial])).toEqual([
      ['2026-11-19', false],
      ['2026-11-20', false],
    ]);
    await world.close();
    const inBerlin = await daysOf('2026-11-20T23:30:00Z', [], { ...window, timeZone: 'Europe/Berlin' });
    expect(inBerlin.map(({ date }) => date)).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
  });

  test('of a window that the platform chooses goes from the first session to today', async () => {
    const days = await daysOf('2026-11-20T23:30:00Z', ['2026-11-17T10:00:00Z', '2026-11-16T10:00:00Z'], {
      timeZone: 'Europe/Berlin',
    });
    expect(counts(days)).toEqual([
      ['2026-11-16', 1, 2],
      ['2026-11-17', 1, 1],
      ['2026-11-18', 0, 0],
      ['2026-11-19', 0, 0],
      ['2026-11-20', 0, 0],
      ['2026-11-21', 0, 0],
    ]);
  });

  test('of a constant goes from the first session to the last, and of a start alone to today', async () => {
    const sessions = ['2026-11-09T10:00:00Z', '2026-11-11T10:00:00Z'];
    const ofConstant = await daysOf('2026-11-20T12:00:00Z', sessions, { startDate: 'LAST_WEEK', endDate: 'LAST_WEEK' });
    expect(ofConstant.map(({ date }) => date)).toEqual(['2026-11-09', '2026-11-10', '2026-11-11']);
    await world.close();
    const fromStart = await daysOf('2026-11-12T12:00:00Z', sessions, { startDate: '2026-11-08' });
    expect(fromStart.map(({ numberOfSessions }) => numberOfSessions)).toEqual([0, 1, 0, 1, 0]);
    await world.close();
    const toEnd = await daysOf('2026-11-20T12:00:00Z', sessions, { endDate: '2026-11-12' });
    expect(toEnd.map(({ numberOfSessions }) => numberOfSessions)).toEqual([1, 0, 1, 0]);
  });

  test('without sessions and without a window is empty', async () => {
    expect(await daysOf('2026-11-20T12:00:00Z', [], {})).toEqual([]);
  });
});
