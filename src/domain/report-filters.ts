import { hasControlCharacter } from './control-characters.ts';
import type { ArgumentPath, InputFault } from './errors.ts';

/** Filters that limit a report to some devices; null means not set. */
export interface UsageFilters {
  readonly deviceGroup: string | null;
  readonly deviceLabel: string | null;
  readonly dataPlan: string | null;
  readonly noSessionFlag: boolean | null;
}

/** The filters of a report on all devices. */
export const NO_FILTERS: UsageFilters = { deviceGroup: null, deviceLabel: null, dataPlan: null, noSessionFlag: null };

/** Bounds on the length of a report's sessions, in seconds; null means no bound. */
export interface DurationBounds {
  readonly durationLow: number | null;
  readonly durationHigh: number | null;
}

/** Filters are also sent as headers, so they must fit there. */
const MAX_FILTER_LENGTH = 256;

/**
 * Returns the filter without the spaces at its ends, which no header can carry: it goes up the same in header and body. Adds a fault and
 * returns null if it is blank, or cannot be sent in a header.
 */
export function parseFilter(value: unknown, argumentPath: ArgumentPath, faults: InputFault[]): string | null {
  if (value === null || value === undefined) return null;
  const filter = typeof value === 'string' ? withoutSpacesAtEnds(value) : null;
  if (filter !== null && filter.length <= MAX_FILTER_LENGTH && !hasControlCharacter(filter)) {
    if (filter.trim() !== '') return filter;
    faults.push({ argumentPath, message: 'This filter is empty. Leave it out instead.' });
    return null;
  }
  faults.push({
    argumentPath,
    message: `This is not a valid filter. Send a text of at most ${MAX_FILTER_LENGTH} characters, without control characters.`,
  });
  return null;
}

/** No regular expression: one would take minutes for a million spaces between two letters. */
function withoutSpacesAtEnds(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === ' ') start += 1;
  while (end > start && text[end - 1] === ' ') end -= 1;
  return text.slice(start, end);
}

/** Returns both bounds. Adds a fault if one is negative, or if the lower one is greater than the upper one. */
export function parseDurationBounds(
  low: unknown,
  high: unknown,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): DurationBounds {
  const bounds = { durationLow: toSeconds(low), durationHigh: toSeconds(high) };
  for (const [name, bound] of Object.entries(bounds)) {
    if (bound !== null && bound < 0) {
      faults.push({ argumentPath: [...argumentPath, name], message: 'This is negative. Send 0 or more seconds.' });
    }
  }
  const { durationLow, durationHigh } = bounds;
  if (durationLow !== null && durationHigh !== null && durationHigh >= 0 && durationLow > durationHigh) {
    faults.push({
      argumentPath: [...argumentPath, 'durationLow'],
      message: `The minimum duration ${durationLow} is greater than the maximum ${durationHigh}. Swap the two.`,
    });
  }
  return bounds;
}

/** GraphQL has already checked that it is an Int. */
function toSeconds(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
