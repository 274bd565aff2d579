import type { AsyncReport } from '../async-reports/async-report.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';

/** A day is compared with another one that is at most so far away. */
const MAX_DISTANCE_DAYS = 31;

/**
 * Whether nothing more is expected of a report. One that was complete when it was accepted gets as much time as one that is complete once
 * nothing arrives, because its messages can come later.
 */
export function isDone(report: AsyncReport, quietMs: number, nowMs: number): boolean {
  if (report.status !== 'COMPLETED' && report.status !== 'EXPIRED') return false;
  const hasAll = report.expectedDevices !== null && report.missingDevices === 0;
  return hasAll || report.requestedAtMs + quietMs <= nowMs;
}

/** The recorded day with devices that is nearest to a day, and is not the day itself; null if none is near. */
export function findNearest(recorded: Iterable<RecordedDay>, day: number): number | null {
  let nearest: number | null = null;
  for (const { day: other, devices } of recorded) {
    const distance = Math.abs(other - day);
    if (distance === 0 || distance > MAX_DISTANCE_DAYS || devices === 0) continue;
    if (nearest === null || distance < Math.abs(nearest - day)) nearest = other;
  }
  return nearest;
}
