import { describe, expect, test } from 'vitest';
import { createDayStart } from '../../web/state/day-start.ts';
import { addDays, listDays } from '../../web/state/days.ts';
import { toLanes } from '../../web/views/device/day-lanes.ts';
import { toLevels } from '../../web/views/device/day-levels.ts';
import { findLongestGap, findUnsettledMs, type Session } from '../../web/views/device/session-gaps.ts';
import { fc } from '../support/fast-check.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const HOUR_MS = 3_600_000;

const session = fc
  .record({
    ago: fc.integer({ min: 1, max: 500 }),
    length: fc.option(fc.integer({ min: 0, max: 90 })),
    bytes: fc.nat(),
  })
  .map(({ ago, length, bytes }): Session => {
    const startMs = NOW_MS - ago * HOUR_MS;
    return { startMs, endMs: length === null ? null : Math.min(NOW_MS, startMs + length * HOUR_MS), bytes };
  });
const sessions = fc
  .array(session, { minLength: 1, maxLength: 20 })
  .map((list) => list.sort((one, other) => one.startMs - other.startMs));

/** Whether a session touches the hour that begins then. */
const isBusy = (list: readonly Session[], atMs: number): boolean =>
  list.some(({ startMs, endMs }) => startMs < atMs + HOUR_MS && (endMs ?? NOW_MS) > atMs);

describe('the longest gap of a device', () => {
  test('has no session in it, and no stretch of free hours after the first session is longer', () => {
    fc.assert(
      fc.property(sessions, (list) => {
        const gap = findLongestGap(list, NOW_MS);
        // All times are whole hours, so hours are all that has to be looked at.
        let [run, longest] = [0, 0];
        for (let atMs = list[0]?.startMs ?? NOW_MS; atMs < NOW_MS; atMs += HOUR_MS) {
          const isCut = list.some(({ startMs }) => startMs === atMs);
          run = isBusy(list, atMs) ? 0 : (isCut ? 0 : run) + 1;
          longest = Math.max(longest, run);
        }
        expect(gap === null ? 0 : (gap.toMs - gap.fromMs) / HOUR_MS).toBe(longest);
        for (let atMs = gap?.fromMs ?? 0; atMs < (gap?.toMs ?? 0); atMs += HOUR_MS)
          expect(isBusy(list, atMs)).toBe(false);
        expect(gap?.isOpen ?? false).toBe(gap?.toMs === NOW_MS);
      }),
    );
  });

  test('is not known without a session', () => {
    expect(findLongestGap([], NOW_MS)).toBeNull();
  });

  test('does not exist while a session has been open since the first one', () => {
    const open = { startMs: NOW_MS - 9 * HOUR_MS, endMs: null, bytes: 1 };
    const short = { startMs: NOW_MS - 5 * HOUR_MS, endMs: NOW_MS - 4 * HOUR_MS, bytes: 1 };
    expect(findLongestGap([open, short], NOW_MS)).toBeNull();
  });
});

describe('the lanes of days', () => {
  test.each(['UTC', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu'])(
    'show each session for as long as it lasted, whatever the length of the days in %s',
    (zone) => {
      const toStartMs = createDayStart(zone);
      const days = listDays('2026-10-25', '2026-11-21');
      fc.assert(
        fc.property(sessions, (list) => {
          const lanes = toLanes(list, days, { toStartMs, nowMs: NOW_MS });
          for (const each of list) {
            const shown = lanes.flatMap(({ day, pieces }) =>
              pieces
                .filter((piece) => piece.session === each)
                .map(({ from, to }) => (to - from) * (toStartMs(addDays(day, 1)) - toStartMs(day))),
            );
            const total = shown.reduce((sum, ms) => sum + ms, 0);
            expect(total).toBeCloseTo((each.endMs ?? NOW_MS) - each.startMs, 0);
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  test('begin when the day begins in the zone', () => {
    expect(createDayStart('America/New_York')('2026-11-02')).toBe(Date.parse('2026-11-02T05:00:00Z'));
    expect(createDayStart('America/New_York')('2026-11-01')).toBe(Date.parse('2026-11-01T04:00:00Z'));
    expect(createDayStart('UTC')('2026-11-01')).toBe(Date.parse('2026-11-01T00:00:00Z'));
  });
});

describe('the levels of days', () => {
  const day = fc.record({
    date: fc.constant('2026-11-01'),
    numberOfSessions: fc.integer({ min: 0, max: 3 }),
    numBytes: fc.option(fc.integer({ min: 0, max: 1_000 })),
  });

  test('are higher for more bytes, and never the same for a day without sessions, one without bytes and one with some', () => {
    fc.assert(
      fc.property(fc.array(day), (days) => {
        const levels = toLevels(days);
        const rank = (at: number): number => Number(levels[at]);
        days.forEach(({ numberOfSessions, numBytes }, at) => {
          if (numberOfSessions === 0) expect(levels[at]).toBe('none');
          else if (numBytes === null) expect(levels[at]).toBe('unknown');
          else if (numBytes === 0) expect(levels[at]).toBe('zero');
          else expect(rank(at)).toBeGreaterThanOrEqual(1);
        });
        const known = days.flatMap(({ numBytes }, at) =>
          rank(at) >= 1 ? [{ numBytes: numBytes ?? 0, rank: rank(at) }] : [],
        );
        const sorted = known.sort((one, other) => one.numBytes - other.numBytes).map((each) => each.rank);
        expect(sorted).toEqual([...sorted].sort());
      }),
    );
  });
});

describe('days that can still change', () => {
  test('begin a day ago, or with an open or recent session that began before', () => {
    const old = { startMs: NOW_MS - 100 * HOUR_MS, endMs: NOW_MS - 90 * HOUR_MS, bytes: 1 };
    const open = { startMs: NOW_MS - 60 * HOUR_MS, endMs: null, bytes: 1 };
    expect(findUnsettledMs([old], NOW_MS)).toBe(NOW_MS - 24 * HOUR_MS);
    expect(findUnsettledMs([old, open], NOW_MS)).toBe(NOW_MS - 60 * HOUR_MS);
  });
});
