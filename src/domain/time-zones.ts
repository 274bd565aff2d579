import type { ArgumentPath, InputFault } from './errors.ts';
import { createTimeZone, UTC, type TimeZone } from './time-zone.ts';

/** Time zones by their names. Those used last are remembered, because creating one takes longer than a daily series. */
export interface TimeZones {
  /** Returns the zone, or UTC if none is named. Adds a fault and returns null if there is no such zone. */
  parse(name: unknown, argumentPath: ArgumentPath, faults: InputFault[]): TimeZone | null;
}

/** The longest name has 32. A longer text is not looked at. */
const MAX_NAME_CHARACTERS = 64;
/** Each takes at most about 400 kB. */
const MAX_REMEMBERED = 32;

/** Creates the time zones of a process. */
export function createTimeZones(): TimeZones {
  const remembered = new Map<string, TimeZone>();

  const find = (name: string): TimeZone | null => {
    const key = name.toUpperCase();
    if (key === 'UTC') return UTC;
    const zone = remembered.get(key) ?? createTimeZone(name);
    if (zone === null) return null;
    // Maps are in the order of insertion: the first is the one that has not been used for longest.
    remembered.delete(key);
    remembered.set(key, zone);
    const [oldest] = remembered.keys();
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return zone;
  };
  return {
    parse(name, argumentPath, faults) {
      if (name === null || name === undefined) return UTC;
      const zone = typeof name === 'string' && name.length <= MAX_NAME_CHARACTERS ? find(name) : null;
      if (zone !== null) return zone;
      const message = 'This is not a valid time zone. Send an IANA name, such as "UTC" or "America/New_York".';
      faults.push({ argumentPath, message });
      return null;
    },
  };
}
