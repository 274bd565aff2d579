import { createToDay, daysBetween, isCut, readSide } from '../calendar.ts';
import { check, model, oneOf, sum, type Expected, type Model } from '../expected.ts';
import type { Session, Window } from '../fleet.ts';
import type { Scene } from './scene.ts';

/** A session as a caller can know it: null where the platform sent nothing valid. */
export interface KnownSession {
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly seconds: number | null;
  readonly bytes: number | null;
  readonly isIncomplete: boolean;
  readonly session: Session;
}

/** The fields that daily rows and totals have in common. */
export function sumFields(sessions: readonly KnownSession[]): Model['fields'] {
  return {
    numberOfSessions: () => sessions.length,
    numBytes: () => sum(sessions.map(({ bytes }) => bytes)),
    durationSeconds: () => sum(sessions.map(({ seconds }) => seconds)),
    incompleteSessions: () => sessions.filter(({ isIncomplete }) => isIncomplete).length,
  };
}

/** One row per local day of the window. */
export function daily(scene: Scene, window: Window, sessions: readonly KnownSession[], zone: string): Expected {
  const isLeftOpen = (zone !== 'UTC' && isAnyDate(window)) || endsAtMidnight(window, zone);
  if (!scene.sentences.dailyTouchesTheWindow && isLeftOpen) return check('rows', Array.isArray);
  const byToday = [scene.endedMs, scene.startedMs].map((nowMs) => toDays(scene, window, sessions, zone, nowMs));
  const [days, others] = byToday.map((each) => each?.join());
  if (byToday[0] === undefined || byToday[0] === null) {
    return check('no row with a session', (got) => Array.isArray(got) && got.every(isEmptyRow));
  }
  const rows = byToday.map((each) => (each ?? []).map((day) => toRow(day, window, sessions, zone)));
  return days === others ? (rows[0] ?? []) : oneOf(rows);
}

/** The sessions that began before the first row, as one row; null if there are none. */
export function dailyBefore(scene: Scene, window: Window, sessions: readonly KnownSession[], zone: string): Expected {
  const first = toDays(scene, window, sessions, zone, scene.endedMs)?.[0];
  const toDay = createToDay(zone);
  const before = sessions.filter(({ startMs }) => startMs !== null && first !== undefined && toDay(startMs) < first);
  if (before.length === 0) return null;
  return model('DailyUsage', {
    ...sumFields(before),
    date: () => check('any day', (got) => typeof got === 'string'),
    partial: () => check('either', (got) => typeof got === 'boolean'),
  });
}

/** The days of the rows; null if no description says which, because there is neither a start nor a session. */
function toDays(
  { sentences }: Scene,
  window: Window,
  sessions: readonly KnownSession[],
  zone: string,
  nowMs: number,
): string[] | null {
  const toDay = createToDay(zone);
  const began = sessions.flatMap(({ startMs }) => (startMs === null ? [] : [toDay(startMs)])).sort();
  const [start, end] = [readSide(window.start, 'start'), readSide(window.end, 'end')];
  const first = typeof start === 'number' ? toDay(start) : began[0];
  const last = typeof end === 'number' ? toDay(end) : end === null ? toDay(nowMs) : began.at(-1);
  if (first === undefined || last === undefined) return null;
  const isFuture = sentences.dailyTouchesTheWindow && last > toDay(nowMs);
  return daysBetween(first, isFuture ? toDay(nowMs) : last);
}

function toRow(day: string, window: Window, sessions: readonly KnownSession[], zone: string): Expected {
  const toDay = createToDay(zone);
  const ofDay = sessions.filter(({ startMs }) => startMs !== null && toDay(startMs) === day);
  const sides = { start: readSide(window.start, 'start'), end: readSide(window.end, 'end') };
  return model('DailyUsage', {
    ...sumFields(ofDay),
    date: () => day,
    partial: () => isCut(day, zone, sides),
  });
}

function isEmptyRow(row: unknown): boolean {
  const { numberOfSessions = 0 } = row as { numberOfSessions?: number };
  return numberOfSessions === 0;
}

function isAnyDate({ start, end }: Window): boolean {
  return [start, end].some((side) => /^\d{4}-\d\d-\d\d$/.test(side ?? ''));
}

/** Whether the window ends with the first millisecond of a day. */
function endsAtMidnight({ end }: Window, zone: string): boolean {
  const side = readSide(end, 'end');
  const toDay = createToDay(zone);
  return typeof side === 'number' && toDay(side) !== toDay(side - 1);
}
