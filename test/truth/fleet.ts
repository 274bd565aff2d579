import { DAY, HOUR, readSide } from './calendar.ts';
import { hash } from './chance.ts';

/** The only truth: every session that ever happens, now and later. All answers follow from it. */
export interface Fleet {
  readonly salt: string;
  /** Whether the platform reports a session in every window that it touches, or only in the one in which it began. */
  readonly reports: 'touching' | 'beginning';
  readonly devices: readonly Device[];
}

export interface Device {
  readonly account: string;
  readonly imei: string;
  /** The platform's own id; null if it sends none. */
  readonly id: string | null;
  readonly fate: Fate;
  readonly usageFlaw: UsageFlaw;
  readonly group: string;
  readonly plan: string;
  readonly label: string;
  readonly sessions: readonly Session[];
}

/**
 * How the platform treats a device. `rejected`, `unknown` and `broken` fail a whole call, `refused` is an error of the device, and
 * `nameless` one that does not say whose it is. `brings another`: its report has a row of a device that nobody requested, too.
 */
export type Fate =
  'reported' | 'brings another' | 'rejected' | 'unknown' | 'refused' | 'left out' | 'nameless' | 'broken';

/** What is wrong with the device's row in aggregated reports. */
export type UsageFlaw = 'none' | 'no bytes' | 'bad bytes' | 'no sessions' | 'twice' | 'twice, once without numbers';

export interface Session {
  readonly startMs: number;
  /** Null if it never ends. */
  readonly endMs: number | null;
  readonly bytes: number;
  readonly flaw: 'none' | 'no bytes' | 'bad bytes' | 'no start' | 'bad start' | 'bad end';
}

/** The usage of a device that nobody requested. */
export interface Stranger {
  readonly imei: string;
  readonly numberOfSessions: number;
  readonly bytesTransferred: number;
}

/** Filters of a report, as the platform reads them. */
export interface Filters {
  readonly deviceGroup: string | null;
  readonly deviceLabel: string | null;
  readonly dataPlan: string | null;
  readonly noSessionFlag: boolean;
}

/** What a report is asked for. Sides are the texts that were sent, null if omitted. */
export interface Window {
  readonly start: string | null;
  readonly end: string | null;
}

/** The platform renews what it shows on the hour. Between two hours nothing changes. */
export function toView(nowMs: number): number {
  return Math.floor(nowMs / HOUR) * HOUR;
}

/** The first and the last instant of a window, as the platform chooses them at this time. */
export function toSpan(window: Window, viewMs: number): { readonly fromMs: number; readonly toMs: number } {
  const today = Math.floor(viewMs / DAY) * DAY;
  const start = readSide(window.start, 'start');
  const end = readSide(window.end, 'end');
  return {
    fromMs: start === null ? viewMs - 30 * DAY : start === 'keyword' ? today - 7 * DAY : start,
    toMs: end === null ? viewMs : end === 'keyword' ? today - 1 : end,
  };
}

/** The sessions of a device in a window that the platform knows at this time, in its order. */
export function sessionsIn(fleet: Fleet, device: Device, window: Window, viewMs: number): readonly Session[] {
  const { fromMs, toMs } = toSpan(window, viewMs);
  const isIn = ({ startMs, endMs }: Session): boolean =>
    startMs <= viewMs &&
    startMs <= toMs &&
    (fleet.reports === 'beginning' ? startMs >= fromMs : (endMs ?? Infinity) >= fromMs);
  return inPlatformOrder(fleet, device.sessions.filter(isIn), ({ startMs }) => `${device.imei}@${startMs}`);
}

export function isOpen({ endMs }: Session, viewMs: number): boolean {
  return endMs === null || endMs > viewMs;
}

/** Bytes as shown at this time: they grow every six hours while the session is open, and settle 20 hours after its end. */
export function bytesAt(session: Session, viewMs: number): number {
  const { startMs, endMs, bytes } = session;
  if (endMs !== null && endMs + 20 * HOUR <= viewMs) return bytes;
  if (!isOpen(session, viewMs)) return bytes - Math.floor(bytes / 10);
  const updates = Math.floor((viewMs - startMs) / (6 * HOUR));
  return Math.floor(bytes * Math.min(updates / (updates + 4), 0.85));
}

/** Whole seconds from start to end, rounded. */
export function secondsOf({ startMs, endMs }: Session): number {
  return endMs === null ? Infinity : Math.round((endMs - startMs) / 1_000);
}

/** Whether the filters of a report leave the device in it. */
export function isLeft(fleet: Fleet, device: Device, window: Window, filters: Filters, viewMs: number): boolean {
  return (
    (filters.deviceGroup ?? device.group) === device.group &&
    (filters.deviceLabel ?? device.label) === device.label &&
    (filters.dataPlan ?? device.plan) === device.plan &&
    (!filters.noSessionFlag || sessionsIn(fleet, device, window, viewMs).length === 0)
  );
}

/** The order in which the platform lists things: any, but the same each time. */
export function inPlatformOrder<Item>(fleet: Fleet, items: readonly Item[], toKey: (item: Item) => string): Item[] {
  const rank = (item: Item): number => hash(fleet.salt + toKey(item));
  return [...items].sort((one, other) => rank(one) - rank(other) || (toKey(one) < toKey(other) ? -1 : 1));
}

/** The row of a device that nobody requested, beside the one of a device that brings another. */
export function strangerOf({ imei }: Device): Stranger {
  return { imei: `99${imei.slice(2)}`, numberOfSessions: 1, bytesTransferred: Number(imei.slice(-3)) };
}

export function findDevice(fleet: Fleet, account: string, imei: string): Device | null {
  return fleet.devices.find((device) => device.account === account && device.imei === imei) ?? null;
}

/** Whether the bounds on the duration leave the session in a sessions report. An open one has no duration yet. */
export function isWithin(session: Session, low: number | null, high: number | null, viewMs: number): boolean {
  if (isOpen(session, viewMs)) return high === null;
  return secondsOf(session) >= (low ?? 0) && secondsOf(session) <= (high ?? Infinity);
}
