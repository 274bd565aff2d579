import type { AsyncReport } from '../async-reports/async-report.ts';
import type { DeviceError } from '../domain/device-usage.ts';
import type { Imei } from '../domain/imei.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';
import { MAX_DEVICES_PER_REQUEST } from '../reports/aggregated-report-request.ts';

const HTTP_NOT_FOUND = 404;
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

/**
 * The devices that an error names, but for those that the platform does not know, or that are inactive: they have no usage. If one had some on
 * the nearest recorded day, it is missing all the same.
 */
export function listFailed(errors: readonly DeviceError[]): Imei[] {
  return errors.flatMap(({ imei, errorResponse }) =>
    imei === null || isNotFound(errorResponse?.httpStatusCode ?? '') ? [] : imei,
  );
}

/** Such as "404 NOT_FOUND". */
function isNotFound(status: string): boolean {
  return Number.parseInt(status, 10) === HTTP_NOT_FOUND;
}

/**
 * Whether an answer for a whole account may have been cut off: the account has at least as many devices as one request takes, and the answer
 * had no more than that. That it had just all of them, nobody can tell.
 */
export function mayBeCapped(wholeDevices: number, knownDevices: number): boolean {
  return wholeDevices <= MAX_DEVICES_PER_REQUEST && knownDevices >= MAX_DEVICES_PER_REQUEST;
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
