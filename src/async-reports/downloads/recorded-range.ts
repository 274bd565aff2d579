import { isAccountNumber, type AccountNumber } from '../../domain/account.ts';
import { toDay } from '../../domain/calendar-date.ts';
import { toDate } from '../../domain/time-zone.ts';

/** Days of an account, from the first to the last, as numbers of days from 1970-01-01. */
export interface RecordedRange {
  readonly accountNumber: AccountNumber;
  readonly first: number;
  readonly last: number;
}

/** The text that names recorded days in a download link. It becomes the name of the file. */
export function toRangeId({ accountNumber, first, last }: RecordedRange): string {
  return `${accountNumber}_${toDate(first)}_${toDate(last)}`;
}

/** Reads such a text. Returns null if it is none. */
export function readRangeId(id: string): RecordedRange | null {
  const [accountNumber, from = '', to = '', ...others] = id.split('_');
  const [first, last] = [toDay(from), toDay(to)];
  if (!isAccountNumber(accountNumber) || first === null || last === null || others.length > 0) return null;
  return { accountNumber, first, last };
}
