import { DAY_MS } from '../domain/durations.ts';
import { createTimeZone, UTC, toDate, type TimeZone } from '../domain/time-zone.ts';
import type { OptionName, Options } from './options.ts';
import { EXIT, TerminalError } from './terminal-error.ts';

/** The options of the days that a command is about. */
export const DAY_OPTIONS = ['from', 'to', 'zone'] as const satisfies readonly OptionName[];

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Without dates, a command is about a week. */
const DEFAULT_DAYS = 7;

/** Days of a time zone, both ends inclusive. */
export interface Days {
  readonly startDate: string;
  readonly endDate: string;
  readonly zone: TimeZone;
}

/** Reads the days that a command is about: by default the seven days until yesterday. */
export function readDays(options: Options, nowMs: number): Days {
  const name = options.text('zone');
  const zone = name === null ? UTC : createTimeZone(name);
  if (zone === null)
    throw wrong(`--zone ${name ?? ''} is not a time zone. Send an IANA name, such as America/New_York.`);
  const endDay = readDay(options, 'to') ?? zone.toDay(nowMs) - 1;
  const startDay = readDay(options, 'from') ?? endDay - DEFAULT_DAYS + 1;
  if (startDay > endDay) throw wrong(`--from ${toDate(startDay)} is after --to ${toDate(endDay)}. Swap them.`);
  return { startDate: toDate(startDay), endDate: toDate(endDay), zone };
}

/** Returns the number of days since 1970-01-01. */
function readDay(options: Options, name: 'from' | 'to'): number | null {
  const text = options.text(name);
  if (text === null) return null;
  const atMs = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // Date.parse takes the 31st of every month.
  if (Number.isNaN(atMs) || toDate(atMs / DAY_MS) !== text)
    throw wrong(`--${name} ${text} is not a date. Send one such as 2026-11-01.`);
  return atMs / DAY_MS;
}

function wrong(message: string): TerminalError {
  return new TerminalError(EXIT.wrongArguments, message);
}
