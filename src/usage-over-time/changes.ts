import type { Usage } from '../domain/device-usage.ts';
import type { Imei } from '../domain/imei.ts';

/** Ratios of what a total is made of. Null if a denominator is 0. */
export interface Factors {
  readonly devices: number | null;
  readonly sessionsPerDevice: number | null;
  readonly bytesPerSession: number | null;
  readonly total: number | null;
}

/** Why a device stands out. */
export const OUTLIER_REASONS = [
  'ABOVE_OWN_BASELINE',
  'NEWLY_SILENT',
  'NEWLY_TALKING',
  'SESSIONS_WITHOUT_BYTES',
  'INSUFFICIENT_HISTORY',
] as const;
export type OutlierReason = (typeof OUTLIER_REASONS)[number];

/** A device that stands out. */
export interface Outlier {
  readonly imei: Imei;
  readonly bytes: number;
  /** Null if its history is too short for a baseline. */
  readonly baselineBytes: number | null;
  readonly ratio: number | null;
  readonly reason: OutlierReason;
}

interface UsageOfDevice extends Usage {
  readonly imei: Imei;
}

/** The values of a device, both of which are known. */
interface KnownUsage {
  readonly sessions: number;
  readonly bytes: number;
}

/** Divides the change of bytes into that of devices with sessions, of sessions per device, and of bytes per session. Their product is the total. */
export function toFactors(current: readonly UsageOfDevice[], previous: readonly UsageOfDevice[]): Factors {
  const [now, before] = [toSums(current), toSums(previous)];
  return {
    devices: divide(now.devices, before.devices),
    sessionsPerDevice: divide(divide(now.sessions, now.devices), divide(before.sessions, before.devices)),
    bytesPerSession: divide(divide(now.bytes, now.sessions), divide(before.bytes, before.sessions)),
    total: divide(now.bytes, before.bytes),
  };
}

/**
 * The devices that stand out, those whose bytes changed most first: those that fell silent or began to talk, those that transfer nothing in
 * their sessions, and those whose bytes grew, which only a history of their own can judge. A device with an unknown value is left out.
 */
export function listOutliers(current: readonly UsageOfDevice[], previous: readonly UsageOfDevice[]): Outlier[] {
  const before = toKnown(previous);
  const outliers: (Outlier & { readonly change: number })[] = [];
  for (const [imei, now] of toKnown(current)) {
    const then = before.get(imei);
    const reason = then === undefined ? null : findReason(now, then);
    if (then === undefined || reason === null) continue;
    const baselineBytes = reason === 'INSUFFICIENT_HISTORY' ? null : then.bytes;
    const ratio = divide(now.bytes, baselineBytes);
    outliers.push({ imei, bytes: now.bytes, baselineBytes, ratio, reason, change: Math.abs(now.bytes - then.bytes) });
  }
  return outliers.sort((one, other) => other.change - one.change || (one.imei < other.imei ? -1 : 1));
}

function findReason(now: KnownUsage, then: KnownUsage): OutlierReason | null {
  if (now.sessions > 0 && now.bytes === 0) return 'SESSIONS_WITHOUT_BYTES';
  if (now.sessions === 0) return then.sessions > 0 ? 'NEWLY_SILENT' : null;
  if (then.sessions === 0) return 'NEWLY_TALKING';
  return now.bytes > then.bytes ? 'INSUFFICIENT_HISTORY' : null;
}

function toKnown(usage: readonly UsageOfDevice[]): Map<Imei, KnownUsage> {
  const known = new Map<Imei, KnownUsage>();
  for (const { imei, numberOfSessions, bytesTransferred } of usage) {
    if (numberOfSessions === null || bytesTransferred === null) continue;
    known.set(imei, { sessions: numberOfSessions, bytes: bytesTransferred });
  }
  return known;
}

function toSums(usage: readonly UsageOfDevice[]) {
  let [devices, sessions, bytes] = [0, 0, 0];
  for (const known of toKnown(usage).values()) {
    if (known.sessions > 0) devices += 1;
    sessions += known.sessions;
    bytes += known.bytes;
  }
  return { devices, sessions, bytes };
}

function divide(dividend: number | null, divisor: number | null): number | null {
  return dividend === null || divisor === null || divisor === 0 ? null : dividend / divisor;
}
