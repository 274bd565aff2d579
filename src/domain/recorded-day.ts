import type { AccountNumber } from './account.ts';
import { fromCalendar, toCalendar } from './calendar-date.ts';

/** A day of an account whose usage is recorded. */
export interface RecordedDay {
  readonly accountNumber: AccountNumber;
  /** The number of days from 1970-01-01. */
  readonly day: number;
  /** The time zone of the day: an IANA name in capitals. */
  readonly zoneName: string;
  readonly recordedAtMs: number;
  /** Devices with usage. */
  readonly devices: number;
  /** Devices that were expected and stayed without usage, although they were asked for again. */
  readonly missingDevices: number;
  /** Whether the answer for the whole account may have been cut off, so that devices that nobody has seen are not in it. */
  readonly mayBeCapped: boolean;
  /** Whether its usage is that of a week or more after it was settled. */
  readonly revised: boolean;
}

const MONTHS_PER_YEAR = 12;

/** The calendar month of a day, as a number of months that increases by one with each. */
export function toMonth(day: number): number {
  const { year, month } = toCalendar(day);
  return year * MONTHS_PER_YEAR + month;
}

/** The first day of such a month. */
export function toFirstDay(month: number): number {
  return fromCalendar(Math.floor(month / MONTHS_PER_YEAR), month % MONTHS_PER_YEAR, 1);
}
