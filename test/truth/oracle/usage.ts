import { check, model, sum, type Expected, type Model } from '../expected.ts';
import { bytesAt, isLeft, sessionsIn, type Device, type Fleet, type Filters, type Window } from '../fleet.ts';

/** The usage of a device as a caller can know it: null where the platform sent no valid number. */
export interface Usage {
  readonly imei: string;
  readonly numberOfSessions: number | null;
  readonly bytesTransferred: number | null;
}

/** The usage of a device in a window at this time; null if it is left out. */
export function usageOf(fleet: Fleet, device: Device, window: Window, filters: Filters, viewMs: number): Usage | null {
  if (device.fate === 'left out' || !isLeft(fleet, device, window, filters, viewMs)) return null;
  const { imei, usageFlaw } = device;
  const sessions = sessionsIn(fleet, device, window, viewMs);
  const bytes = sessions.reduce((all, session) => all + BigInt(bytesAt(session, viewMs)), 0n);
  const isValid = bytes <= BigInt(Number.MAX_SAFE_INTEGER) && usageFlaw !== 'no bytes' && usageFlaw !== 'bad bytes';
  // Half of a number that is too large can be valid, and is then the only valid one.
  const half = Math.floor(Number(bytes) / 2);
  const other = usageFlaw === 'twice' && half <= Number.MAX_SAFE_INTEGER ? half : null;
  return {
    imei,
    numberOfSessions: usageFlaw === 'no sessions' ? null : sessions.length,
    bytesTransferred: isValid ? Number(bytes) : other,
  };
}

/** Sorts as `orderBy` says: null comes last, and equal values are sorted by IMEI. */
export function sortUsage(usage: readonly Usage[], orderBy: string): Usage[] {
  const byImei = (one: Usage, other: Usage): number => (one.imei < other.imei ? -1 : 1);
  if (orderBy === 'IMEI') return [...usage].sort(byImei);
  const valueOf = (each: Usage): number | null =>
    orderBy.startsWith('BYTES') ? each.bytesTransferred : each.numberOfSessions;
  const sign = orderBy.endsWith('_ASC') ? 1 : -1;
  return [...usage].sort((one, other) => {
    const [first, second] = [valueOf(one), valueOf(other)];
    if (first === null || second === null) return first === second ? byImei(one, other) : first === null ? 1 : -1;
    return first === second ? byImei(one, other) : sign * (first - second);
  });
}

/** What `totals` returns for this usage. */
export function usageTotals(usage: readonly Usage[]): Model {
  const bytes = usage.flatMap(({ bytesTransferred }) => bytesTransferred ?? []).sort((one, other) => one - other);
  return model('UsageTotals', {
    devices: () => usage.length,
    numberOfSessions: () => sum(usage.map((each) => each.numberOfSessions)),
    bytesTransferred: () => sum(bytes),
    incompleteDevices: () =>
      usage.filter((each) => each.numberOfSessions === null || each.bytesTransferred === null).length,
    silentDevices: () => usage.filter((each) => each.numberOfSessions === 0).length,
    bytesPercentiles: ({ p }) => {
      const percentiles = Array.isArray(p) ? p.map(Number) : [50, 95, 99];
      return bytes.length === 0 ? [] : percentiles.map((each) => nearestRank(bytes, each));
    },
  });
}

/** What `DeviceUsage` returns for this usage. */
export function deviceUsage(usage: Usage, device: () => Expected): Model {
  return model('DeviceUsage', {
    imei: () => usage.imei,
    numberOfSessions: () => usage.numberOfSessions,
    bytesTransferred: () => usage.bytesTransferred,
    device,
  });
}

/** Any text, or null. */
export const TEXT = check('a text', (got) => typeof got === 'string' && got.length > 0);

/** The smallest value so that at least p percent of the values are not greater. Counted, so that nothing is rounded. */
function nearestRank(sorted: readonly number[], percentile: number): number {
  const found = sorted.find((_, at) => (at + 1) * 100 >= percentile * sorted.length);
  return found ?? sorted.at(-1) ?? 0;
}
