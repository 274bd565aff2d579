import { createToDay, DAY, daysBetween, isCut, readSide } from '../calendar.ts';
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
  const rows = byToday.map((each, at) =>
    (each ?? []).map((day) =>
      toRow(day, each ?? [], window, sessions, zone, at === 0 ? scene.endedMs : scene.startedMs),
    ),
  );
  return days === others ? (rows[0] ?? []) : oneOf(rows);
}

/** The sessions that are on no row, as one row; null if there are none. */
export function dailyBefore(scene: Scene, window: Window, sessions: readonly KnownSession[], zone: string): Expected {
  const days = toDays(scene, window, sessions, zone, scene.endedMs);
  const toDay = createToDay(zone);
  const others = sessions.filter(({ startMs }) => startMs === null || days?.includes(toDay(startMs)) !== true);
  if (others.length === 0) return null;
  const [began] = others.flatMap(({ startMs }) => startMs ?? []).sort((one, other) => one - other);
  const [first] = days ?? [];
  const anyDay = check('any day', (got) => typeof got === 'string');
  const dayBefore = first === undefined ? anyDay : new Date(Date.parse(first) - DAY).toISOString().slice(0, 10);
  return model('DailyUsage', {
    ...sumFields(others),
    date: () => (began === undefined ? dayBefore : toDay(began)),
    partial: () => true,
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

function toRow(
  day: string,
  days: readonly string[],
  window: Window,
  sessions: readonly KnownSession[],
  zone: string,
  nowMs: number,
): Expected {
  const toDay = createToDay(zone);
  const ofDay = sessions.filter(({ startMs }) => startMs !== null && toDay(startMs) === day);
  const [start, end] = [readSide(window.start, 'start'), readSide(window.end, 'end')];
  const isUnknown = (typeof start !== 'number' && day === days[0]) || (end === 'keyword' && day === days.at(-1));
  const isPart = isCut(day, zone, { start, end: end ?? nowMs });
  return model('DailyUsage', {
    ...sumFields(ofDay),
    date: () => day,
    // If one side is known to cut the day, the other one does not matter.
    partial: () => (!isUnknown ? isPart : isPart ? oneOf([null, true]) : null),
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
