import type { DayRequest } from '../async-reports/store/record-store.ts';
import type { AccountNumber } from '../domain/account.ts';
import { DAY_MS, MINUTE_MS } from '../domain/durations.ts';
import { toDayStartMs } from '../domain/local-days.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';
import type { TimeZone } from '../domain/time-zone.ts';

/** Which days there are to record at a moment. */
export interface DaysToRecord {
  readonly accountNumber: AccountNumber;
  readonly zone: TimeZone;
  /** The first day that the platform still has. */
  readonly first: number;
  /** The last day that is settled. */
  readonly last: number;
  readonly settleAfterMs: number;
  readonly nowMs: number;
  readonly find: (day: number) => RecordedDay | null;
  readonly requests: readonly DayRequest[];
}

/** As many reports are awaited at once. Each can take a quarter of an hour, and its rows are in the store meanwhile. */
export const MAX_AWAITED = 32;
/** How long after a day was settled it is checked once more. */
const REVISE_AFTER_MS = 7 * DAY_MS;
const MAX_PAUSE_MINUTES = 720;

/**
 * Chooses what to request next: lists of devices that were missing, so that their day is done; then the days that were tried least, the
 * latest first; then days to be checked once more. Null if there is nothing to do now.
 */
export function chooseDay(days: DaysToRecord): DayRequest | null {
  const { requests, nowMs } = days;
  if (requests.filter(({ txid }) => txid !== null).length >= MAX_AWAITED) return null;
  const waiting = requests.filter(({ txid, retryAtMs }) => txid === null && retryAtMs <= nowMs);
  const list = waiting.find(({ part }) => part > 0);
  if (list !== undefined) return list;
  const begun = new Set(requests.map(({ day }) => day));
  const fresh = listDue(days).filter((day) => !begun.has(day));
  const [first] = fresh.length > 0 ? [toRequest(days, fresh[0] ?? days.last)] : [...waiting].sort(byAttempts);
  if (first !== undefined) return first;
  const revisable = listDays(days).find((day) => !begun.has(day) && isToBeRevised(day, days));
  return revisable === undefined ? null : toRequest(days, revisable);
}

/** The days that are not recorded yet, the latest first. */
export function listDue(days: DaysToRecord): number[] {
  return listDays(days).filter((day) => days.find(day) === null);
}

/** Whether the usage of a day is final for certain: it was settled more than a week ago. */
export function isRevised(
  day: number,
  { zone, settleAfterMs, nowMs }: Pick<DaysToRecord, 'zone' | 'settleAfterMs' | 'nowMs'>,
): boolean {
  return toDayStartMs(zone, day + 1) + settleAfterMs + REVISE_AFTER_MS <= nowMs;
}

/** How long to wait after so many attempts: 2, 4, 8 minutes and so on, at most half a day. */
export function toPauseMs(attempts: number): number {
  return Math.min(2 ** attempts, MAX_PAUSE_MINUTES) * MINUTE_MS;
}

function listDays({ first, last }: DaysToRecord): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => last - at);
}

function isToBeRevised(day: number, days: DaysToRecord): boolean {
  return days.find(day)?.revised === false && isRevised(day, days);
}

function byAttempts(one: DayRequest, other: DayRequest): number {
  return one.attempts - other.attempts || other.day - one.day;
}

function toRequest({ accountNumber, zone, nowMs }: DaysToRecord, day: number): DayRequest {
  return {
    accountNumber,
    day,
    zoneName: zone.name,
    part: 0,
    afterImei: '',
    txid: null,
    attempts: 0,
    retryAtMs: nowMs,
    failedDevices: 0,
    wholeDevices: 0,
  };
}
