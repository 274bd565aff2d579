import { DAY_MS, MINUTE_MS } from './durations.ts';

/** The calendar of an IANA time zone. */
export interface TimeZone {
  /** Its IANA name in capitals. */
  readonly name: string;
  /** The calendar day of a moment (epoch milliseconds) in the zone, as the number of days from 1970-01-01. */
  readonly toDay: (atMs: number) => number;
}

export const UTC: TimeZone = { name: 'UTC', toDay: (atMs) => Math.floor(atMs / DAY_MS) };

/** Some versions of Node.js accept an offset such as "+05:30" as a zone, and others do not. All accept names. */
const ZONE_NAME = /^[A-Za-z]/;
/** The days of ten years. */
const MAX_DAYS = 3_660;
const SECOND_MS = 1_000;

/** How far the local time is ahead of UTC on one day of UTC, which has at most one change of the clocks. */
interface DayOffsets {
  readonly firstMs: number;
  readonly lastMs: number;
  /** When the clocks change; Infinity if they do not. */
  readonly changesAtMs: number;
}

/**
 * Creates the calendar of a time zone by its IANA name; returns null if there is no such zone. The zone's offset is looked up once for
 * each day, because a look-up takes as long as adding up twenty sessions.
 */
export function createTimeZone(name: string): TimeZone | null {
  const toOffsetMs = createToOffset(name);
  if (toOffsetMs === null) return null;
  const known = new Map<number, DayOffsets>();

  const toOffsets = (utcDay: number): DayOffsets => {
    const found = known.get(utcDay);
    if (found !== undefined) return found;
    const startMs = utcDay * DAY_MS;
    const firstMs = toOffsetMs(startMs);
    const lastMs = known.get(utcDay + 1)?.firstMs ?? toOffsetMs(startMs + DAY_MS);
    const changesAtMs = firstMs === lastMs ? Infinity : findChange(toOffsetMs, startMs, firstMs);
    const offsets = { firstMs, lastMs, changesAtMs };
    if (known.size >= MAX_DAYS) known.clear();
    known.set(utcDay, offsets);
    return offsets;
  };
  return {
    name: name.toUpperCase(),
    toDay(atMs) {
      const { firstMs, lastMs, changesAtMs } = toOffsets(Math.floor(atMs / DAY_MS));
      return Math.floor((atMs + (atMs < changesAtMs ? firstMs : lastMs)) / DAY_MS);
    },
  };
}

/** Clocks change at a whole second. */
function findChange(toOffsetMs: (atMs: number) => number, startMs: number, firstMs: number): number {
  let [before, after] = [0, DAY_MS / SECOND_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (toOffsetMs(startMs + middle * SECOND_MS) === firstMs) before = middle;
    else after = middle;
  }
  return startMs + after * SECOND_MS;
}

const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

function createToOffset(timeZone: string): ((atMs: number) => number) | null {
  if (!ZONE_NAME.test(timeZone)) return null;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return (atMs) => {
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = OFFSET.exec(format.format(atMs)) ?? [];
    const ms = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * SECOND_MS;
    return sign === '-' ? -ms : ms;
  };
}

/** The date of a day, as the number of days from 1970-01-01: 2026-05-31. */
export function toDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length);
}
