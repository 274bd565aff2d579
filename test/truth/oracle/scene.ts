import { DAY, HOUR, readSide } from '../calendar.ts';
import { check, model, toMs, type Expected, type Model } from '../expected.ts';
import { toView, type Filters, type Fleet, type Window } from '../fleet.ts';
import type { AnsweredCall, FailedCall, ReportCall } from '../platform/calls.ts';
import type { Sentences } from '../sentences.ts';

/** What the oracle knows when it looks at a response. */
export interface Scene {
  readonly fleet: Fleet;
  readonly sentences: Sentences;
  /** Every call that the platform has answered with a report. */
  readonly answered: readonly AnsweredCall[];
  /** Every call that failed with status 500 because of a broken device. */
  readonly failed: readonly FailedCall[];
  /** Whether no other operation ran at the same time. */
  readonly isAlone: boolean;
  /** When the operation was sent and when its response arrived. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** Whether the request had the header Cache-Control: no-cache. */
  readonly noCache: boolean;
}

/** What a synchronous report is about. `imei` is null for the whole account. */
export interface Question {
  readonly path: 'sessions' | 'aggregate';
  readonly account: string;
  readonly imei: string | null;
  readonly window: Window;
  readonly filters: Filters;
  readonly durationLow: number | null;
  readonly durationHigh: number | null;
}

export const NO_FILTERS: Filters = { deviceGroup: null, deviceLabel: null, dataPlan: null, noSessionFlag: false };

/** How long usage that can still change is cached: CACHE_UNSETTLED_SECONDS. */
const UNSETTLED_MS = 10_000;

/**
 * The times of the platform at which the answer may have been fetched, the newest first. Usage that can change is fetched now,
 * because the platform changes on the hour, and the clock is moved over an hour only by more than UNSETTLED_MS. Usage that was
 * settled when it was fetched may be as old as that.
 */
export function viewsOf(scene: Scene, question: Question, isFinalAt: (call: AnsweredCall) => boolean): number[] {
  const views = [toView(scene.endedMs), toView(scene.startedMs)];
  if (scene.noCache) return [...new Set(views)];
  const earlier = callsFor(scene, question).filter(isFinalAt);
  return [...new Set([...views, ...earlier.map(({ atMs }) => toView(atMs))])].sort((one, other) => other - one);
}

/**
 * Which fetches of an aggregated report may still be returned: those of settled usage. Its first fetch is returned for seven days. One
 * that is later than that is final.
 */
export function finalAggregates(scene: Scene, question: Question): (call: AnsweredCall) => boolean {
  const settled = callsFor(scene, question).filter(({ atMs }) => aggregateIsSettled(scene, question.window, atMs));
  return (call) => {
    if (!settled.includes(call)) return false;
    if (!scene.sentences.aggregatesSettleAfterTwoDays || scene.startedMs - call.atMs <= 7 * DAY) return true;
    return settled.some(({ atMs }) => call.atMs - atMs > 7 * DAY);
  };
}

/** The calls that were made for this, whoever asked. */
export function callsFor(scene: Scene, question: Question): AnsweredCall[] {
  return scene.answered.filter((call) => answers(call, question));
}

/** Whether the call that asked for this failed. Null if another operation may have got an answer from another call. */
export function hasFailed(scene: Scene, question: Question): boolean | null {
  const isNow = (call: FailedCall): boolean => call.atMs >= scene.startedMs && answers(call, question);
  const failed = scene.failed.filter(isNow);
  const answered = scene.answered.filter(isNow);
  if (failed.length === 0) return false;
  if (!scene.isAlone) return null;
  return Math.max(...failed.map(({ atMs }) => atMs)) >= Math.max(0, ...answered.map(({ atMs }) => atMs));
}

/** Expects `asOf` to be the time of a call, or at most UNSETTLED_MS old, and `settled` to be what is right for it. */
export function freshness(
  scene: Scene,
  questions: readonly Question[],
  isSettledAt: (atMs: number) => boolean | null,
): Expected {
  const times = new Set(questions.flatMap((question) => callsFor(scene, question).map(({ atMs }) => atMs)));
  const says = `a fetch at one of ${[...times].map((atMs) => new Date(atMs).toISOString()).join(', ')}, and settled as the descriptions say`;
  return check(says, (got) => {
    const { asOf, settled } = (got ?? {}) as { asOf?: unknown; settled?: unknown };
    if (typeof asOf !== 'string' || typeof settled !== 'boolean') return false;
    const atMs = toMs(asOf);
    if (atMs > scene.endedMs || (scene.noCache && atMs < scene.startedMs)) return false;
    if (!settled && atMs < scene.startedMs - UNSETTLED_MS) return false;
    const expected = isSettledAt(atMs);
    return (times.has(atMs) || isNear(times, atMs)) && (expected === null || expected === settled);
  });
}

/** What `ReportWindow` returns: both sides as they were sent. */
export function windowEcho({ start, end }: Window): Model {
  return model('ReportWindow', { start: () => start, end: () => end });
}

/** Whether an aggregated report of this window is final if it was fetched at this time. */
export function aggregateIsSettled({ sentences }: Scene, window: Window, atMs: number): boolean {
  const end = readSide(window.end, 'end');
  return typeof end === 'number' && end + (sentences.aggregatesSettleAfterTwoDays ? 48 : 24) * HOUR < atMs;
}

export function isSameWindow(one: Window, other: Window): boolean {
  return isSameSide(one.start, other.start, 'start') && isSameSide(one.end, other.end, 'end');
}

function isSameSide(one: string | null, other: string | null, which: 'start' | 'end'): boolean {
  const [first, second] = [readSide(one, which), readSide(other, which)];
  return first === 'keyword' ? one === other : first === second;
}

function answers(call: ReportCall, question: Question): boolean {
  return (
    call.path === question.path &&
    call.account === question.account &&
    (question.imei === null ? call.imei.length === 0 : call.imei.includes(question.imei)) &&
    isSameWindow(call.window, question.window) &&
    JSON.stringify(call.filters) === JSON.stringify(question.filters) &&
    call.durationLow === question.durationLow &&
    call.durationHigh === question.durationHigh
  );
}

/** The time of an answer and that of its fetch differ only by a pause before a retry, a day at most if nothing was fetched. */
function isNear(times: ReadonlySet<number>, atMs: number): boolean {
  return [...times].some((time) => Math.abs(time - atMs) < DAY / 24);
}
