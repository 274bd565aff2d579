import { afterEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const EXAMPLE = '709312034493372';
const QUERY = `query ($startDate: ReportDate, $endDate: ReportDate, $timeZone: String) {
  sessionsReport(input: { imei: "${EXAMPLE}", startDate: $startDate, endDate: $endDate }) {
    totals { numberOfSessions numBytes durationSeconds incompleteSessions }
    daily(timeZone: $timeZone) { date numberOfSessions numBytes durationSeconds incompleteSessions }
  }
}`;

interface Row {
  readonly date: string;
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
  world = await startWorld({ startsAt });
  const sessions = starts.map((startTime, index) => ({
    startTime,
    endTime: new Date(Date.parse(startTime) + 3_600_000).toISOString(),
    numBytes: index + 1,
  }));
  await world.admin.fault({ path: PATHS.sessions, rawBody: JSON.stringify({ id: '1234567890', txid: 'x', sessions }) });
  const { data, errors } = await world.query(QUERY, variables);
  expect(errors).toEqual([]);
  const { totals, daily } = (data as { sessionsReport: { totals: Omit<Row, 'date'>; daily: Row[] } }).sessionsReport;
  for (const name of ['numberOfSessions', 'numBytes', 'durationSeconds', 'incompleteSessions'] as const) {
    expect(daily.reduce((sum, day) => sum + day[name], 0)).toBe(totals[name]);
  }
  expect(daily.every((day) => day.durationSeconds === day.numberOfSessions * 3_600)).toBe(true);
  return daily;
}

const counts = (days: readonly Row[]): [string, number, number][] =>
  days.map(({ date, numberOfSessions, numBytes }) => [date, numberOfSessions, numBytes]);

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

  test.each(['UTC', 'America/New_York', 'Asia/Kolkata', 'Europe/Berlin'])(
    'in %s has each day of half a year once, across the clock change',
    async (timeZone) => {
      const window = { startDate: '2026-05-24', endDate: '2026-11-19' };
      const days = await daysOf('2026-11-20T12:00:00Z', [], { ...window, timeZone });
      expect(days).toHaveLength(180);
      expect(new Set(days.map(({ date }) => date)).size).toBe(180);
      expect(days.map(({ date }) => date)).toEqual(days.map(({ date }) => date).sort());
      expect([days[0]?.date, days.at(-1)?.date]).toEqual(['2026-05-24', '2026-11-19']);
    },
  );

  test('with date-times has the days that the window touches in the time zone, and ends before a midnight that the window ends at', async () => {
    const window = { startDate: '2026-11-02T02:00:00Z', endDate: '2026-11-04T05:00:00Z' };
    const session = '2026-11-02T05:30:00Z';
    const inNewYork = await daysOf('2026-11-20T12:00:00Z', [session], {
      ...window,
      timeZone: 'America/New_York',
    });
    expect(counts(inNewYork)).toEqual([
      ['2026-11-01', 0, 0],
      ['2026-11-02', 1, 1],
      ['2026-11-03', 0, 0],
    ]);
    await world.close();
    const inUtc = await daysOf('2026-11-20T12:00:00Z', [session], { ...window, timeZone: null });
    expect(inUtc.map(({ date }) => date)).toEqual(['2026-11-02', '2026-11-03', '2026-11-04']);
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
