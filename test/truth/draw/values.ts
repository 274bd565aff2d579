import { DAY, HOUR, readSide } from '../calendar.ts';
import type { Chance } from '../chance.ts';
import { GROUPS, IMEIS, LABELS, PLANS } from '../create-fleet.ts';
import type { Window } from '../fleet.ts';
import type { Args, Value } from '../selection.ts';
import type { Draw } from './draw.ts';

/** Draws a window: dates, instants with and without an offset, keywords, or a side omitted. Valid, and in the last 170 days. */
export function createWindow(chance: Chance, nowMs: number): Window {
  const isOld = chance.happens(0.15);
  const daysAgo = isOld ? chance.integer(10, 100) : chance.integer(0, 9);
  const startMs = nowMs - daysAgo * DAY - chance.integer(0, DAY);
  const endMs = startMs + (chance.happens(0.1) ? 0 : chance.integer(0, isOld ? 60 : 8) * DAY + chance.integer(0, DAY));
  switch (chance.integer(0, 11)) {
    case 0:
      return { start: 'LAST_WEEK', end: 'LAST_WEEK' };
    case 1:
      return { start: 'LAST_WEEK', end: null };
    case 2:
      return { start: null, end: writeSide(chance, Math.min(endMs, nowMs)) };
    case 3:
      return { start: writeSide(chance, startMs), end: null };
    case 4:
      return { start: null, end: null };
    default:
      return createClosedWindow(chance, startMs, endMs);
  }
}

/** A window between two instants, which nobody drew before. It ends in the past. */
export function createFreshWindow(chance: Chance, nowMs: number): Window {
  const startMs = nowMs - chance.integer(1, 30) * DAY - chance.integer(0, DAY);
  return { start: new Date(startMs).toISOString(), end: new Date(startMs + chance.integer(0, DAY)).toISOString() };
}

export function drawWindow({ chance, windows, nowMs, only }: Draw): Window {
  if (only === 'fresh calls') return createFreshWindow(chance, nowMs);
  return chance.happens(0.7) ? chance.pick(windows) : createWindow(chance, nowMs);
}

export function toWindowArgs({ start, end }: Window): Args {
  return { ...(start === null ? {} : { startDate: start }), ...(end === null ? {} : { endDate: end }) };
}

/** A window that every description refuses. */
export function drawBadWindow({ chance, nowMs, sentences }: Draw): Args {
  const at = (daysAgo: number): string => new Date(nowMs - daysAgo * DAY).toISOString();
  return chance.pick<Args>([
    { startDate: at(3), endDate: at(5) },
    { startDate: at(200) },
    { startDate: at(190), endDate: at(2) },
    { startDate: at(400), endDate: at(390) },
    { endDate: at(200) },
    ...(sentences.oldWindowsAreRefused ? [{ startDate: at(200), endDate: at(170) }] : []),
  ]);
}

/** Devices of the fleet, of another account, and unknown ones; some twice. */
export function drawImeis({ chance, fleet, tenant }: Draw, most: number): string[] {
  const own = fleet.devices.filter(({ account }) => account === tenant.account).map(({ imei }) => imei);
  const drawn = chance.some(chance.happens(0.85) ? own : IMEIS, chance.integer(1, most));
  const twice = chance.happens(0.2) ? chance.some(drawn, 1) : [];
  return chance.shuffle([...drawn, ...twice]);
}

export function drawFilters({ chance }: Draw): Args {
  if (chance.happens(0.6)) return {};
  const filters: Record<string, Value> = {};
  if (chance.happens(0.5)) filters['deviceGroup'] = chance.pick(GROUPS);
  if (chance.happens(0.4)) filters['deviceLabel'] = chance.pick([...LABELS, ` ${LABELS[0] ?? ''} `]);
  if (chance.happens(0.4)) filters['dataPlan'] = chance.pick(PLANS);
  if (chance.happens(0.4)) filters['noSessionFlag'] = chance.happens(0.5);
  return filters;
}

export function drawDurations({ chance }: Draw): Args {
  if (chance.happens(0.6)) return {};
  const low = chance.integer(0, 30_000);
  return {
    ...(chance.happens(0.6) ? { durationLow: low } : {}),
    ...(chance.happens(0.6) ? { durationHigh: low + chance.integer(0, 60_000) } : {}),
  };
}

/** The account of the tenant, named or left to the default. */
export function drawAccount({ chance, tenant }: Draw): Args {
  return chance.happens(0.5) ? {} : { accountNumber: tenant.account };
}

function createClosedWindow(chance: Chance, startMs: number, endMs: number): Window {
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
  if (chance.happens(0.4)) return { start: day(startMs), end: day(endMs) };
  if (chance.happens(0.2))
    return { start: day(startMs), end: writeSide(chance, Math.max(endMs, Date.parse(day(startMs)) + HOUR)) };
  if (startMs === endMs) return { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() };
  const start = writeSide(chance, startMs);
  return { start, end: writeSide(chance, Math.max(endMs, Number(readSide(start, 'start')) + HOUR)) };
}

/** Writes an instant as a date-time: in UTC, without an offset, or with one. Half of them are on the hour. */
function writeSide(chance: Chance, atMs: number): string {
  const instant = chance.happens(0.5) ? Math.floor(atMs / HOUR) * HOUR : atMs;
  const iso = new Date(instant).toISOString();
  switch (chance.integer(0, 3)) {
    case 0:
      return iso.slice(0, -1);
    case 1:
      return `${new Date(instant - 5 * HOUR).toISOString().slice(0, -1)}-05:00`;
    case 2:
      return instant % 1_000 === 0 ? `${iso.slice(0, 19)}Z` : iso;
    default:
      return iso;
  }
}
