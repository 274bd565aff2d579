import { computed } from '@preact/signals';
import { addDays, countDays, isDay, isZone, toDay } from './days.ts';
import { param } from './location.ts';

/** ThingSpace has no older days. */
const MAX_DAYS_AGO = 179;
const MAX_RANGE_DAYS = 90;

/** The time zone of days and times: that of the address, otherwise the reader's. */
export const zone = computed(() => {
  const chosen = param('zone');
  return chosen !== null && isZone(chosen) ? chosen : new Intl.DateTimeFormat().resolvedOptions().timeZone;
});

/** The account of all inputs; empty for the server's own. */
export const account = computed(() => {
  const chosen = param('account');
  return chosen === null ? {} : { accountNumber: chosen };
});

export const today = computed(() => toDay(Date.now(), zone.value));

/** The days that a view is about, both inclusive. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** The days of the address, otherwise the last seven whole days. */
export const range = computed<Range>(() => {
  const [from, to] = [param('from'), param('to')];
  if (isDay(from) && isDay(to) && from <= to && countDays(from, to) < MAX_RANGE_DAYS) return { from, to };
  return { from: addDays(today.value, -7), to: addDays(today.value, -1) };
});

/** As many days just before. */
export function toPrevious({ from, to }: Range): Range {
  return { from: addDays(from, -(countDays(from, to) + 1)), to: addDays(from, -1) };
}

/** The first day that can be asked for. */
export const earliestDay = computed(() => addDays(today.value, -MAX_DAYS_AGO));

/** First day of the billing cycle (1-31). */
export const cycleStartDay = computed(() => toInteger(param('start'), 1, 31) ?? 1);

/** Bytes included in a cycle; null if nobody said how many. */
export const includedBytes = computed(() => {
  const gigabytes = Number(param('allowance') ?? NaN);
  const bytes = Math.round(gigabytes * 1e9);
  return bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : null;
});

function toInteger(text: string | null, min: number, max: number): number | null {
  const value = Number(text ?? NaN);
  return Number.isInteger(value) && value >= min && value <= max ? value : null;
}
