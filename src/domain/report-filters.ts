import type { ArgumentPath, InputFault } from './errors.ts';

/** What narrows a report to some of its devices; null is a filter that is not set. */
export interface UsageFilters {
  readonly deviceGroup: string | null;
  readonly deviceLabel: string | null;
  readonly dataPlan: string | null;
  readonly noSessionFlag: boolean | null;
}

export const NO_FILTERS: UsageFilters = { deviceGroup: null, deviceLabel: null, dataPlan: null, noSessionFlag: null };

/** Which sessions a report keeps, by their length in seconds; null is a side that is not bounded. */
export interface DurationBounds {
  readonly durationLow: number | null;
  readonly durationHigh: number | null;
}

/** Filters travel in headers too, so they have to fit there. */
const MAX_FILTER_LENGTH = 256;

/** A filter's text as sent; a fault where it could not travel in a header. */
export function parseFilter(value: unknown, argumentPath: ArgumentPath, faults: InputFault[]): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' && value.length <= MAX_FILTER_LENGTH && !hasControlCharacter(value)) {
    if (value.trim() !== '') return value;
    faults.push({ argumentPath, message: 'This is empty. Leave the filter out instead.' });
    return null;
  }
  faults.push({
    argumentPath,
    message: `This cannot be sent. Send a text of at most ${MAX_FILTER_LENGTH} characters without control characters.`,
  });
  return null;
}

/** The two bounds; a fault where one is negative, or where they leave nothing between them. */
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
      message: `The shortest duration ${durationLow} is over the longest ${durationHigh}. Swap the two.`,
    });
  }
  return bounds;
}

/** An Int as GraphQL has checked it. */
function toSeconds(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** Half a surrogate pair, too, has no UTF-8 to travel as. */
function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\p{Cs}]/u.test(text);
}
