import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-20T15:30:00Z');
const EARLIEST = NOW - 180 * DAY;
const QUERY = `query ($startDate: ReportDate!, $endDate: ReportDate!) {
  sessionsReport(input: { imei: "709312034493372", startDate: $startDate, endDate: $endDate }) { txid }
}`;

/** A window by its first and its last millisecond. */
interface Window {
  readonly firstMs: number;
  readonly lastMs: number;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const dayOf = (atMs: number): number => Math.floor(atMs / DAY) * DAY;

/** Moments around those at which a window begins to be too old or too long. */
const around = (atMs: number) =>
  fc.oneof(
    fc.integer({ min: atMs - 2 * DAY, max: atMs + 2 * DAY }),
    fc.integer({ min: -2, max: 2 }).map((ms) => atMs + ms),
    fc.integer({ min: -2, max: 2 }).map((days) => dayOf(atMs) + days * DAY),
  );
const anyWindow = around(EARLIEST).chain((firstMs) =>
  fc.oneof(around(firstMs + 180 * DAY), around(NOW - 90 * DAY)).map((lastMs): Window => ({ firstMs, lastMs })),
);

describe('the 180-day rule', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ startsAt: iso(NOW) });
    await world.admin.fault({ path: PATHS.sessions, rawBody: '{"id":"1234567890","txid":"x","sessions":[]}' });
  });
  afterAll(() => world.close());

  const isAccepted = async (startDate: string, endDate: string): Promise<boolean> => {
    const { errors } = await world.query(QUERY, { startDate, endDate });
    for (const { extensions } of errors) expect(extensions['code']).toBe('BAD_USER_INPUT');
    return errors.length === 0;
  };
  const takes = ({ firstMs, lastMs }: Window): Promise<boolean> => isAccepted(iso(firstMs), iso(lastMs));

  test('takes whole days and instants alike', async () => {
    const rule = fc.asyncProperty(anyWindow, async ({ firstMs, lastMs }) => {
      const [first, last] = [dayOf(firstMs), dayOf(lastMs)];
      const asDays = await isAccepted(iso(first).slice(0, 10), iso(last).slice(0, 10));
      expect(await takes({ firstMs: first, lastMs: last + DAY - 1 })).toBe(asDays);
      expect(await isAccepted(iso(first).slice(0, 10), iso(last + DAY - 1))).toBe(asDays);
    });
    await fc.assert(rule, { numRuns: 100 });
  });

  test('never accepts the wider of two windows where it refuses the narrower', async () => {
    let refused = 0;
    const rule = fc.asyncProperty(
      anyWindow,
      fc.tuple(fc.nat(2 * DAY), fc.nat(2 * DAY)),
      async ({ firstMs, lastMs }, [earlierMs, laterMs]) => {
        if (await takes({ firstMs, lastMs })) return;
        refused += 1;
        expect(await takes({ firstMs: firstMs - earlierMs, lastMs: lastMs + laterMs })).toBe(false);
        expect(await isAccepted(iso(firstMs).slice(0, 10), iso(lastMs).slice(0, 10))).toBe(false);
      },
    );
    await fc.assert(rule, { numRuns: 100 });
    expect(refused).toBeGreaterThan(10);
  });
});
