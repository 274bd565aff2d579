import { areSessionsSettled } from '../domain/freshness.ts';
import type { Imei } from '../domain/imei.ts';
import { toEpochMs } from '../domain/epoch-time.ts';
import { toEndMs, toStartMs, type ReportWindow } from '../domain/report-window.ts';
import type { Session } from '../domain/session.ts';
import type { Steps } from '../turns/steps.ts';
import { addExactly } from '../domain/usage-totals.ts';
import { ReportError } from '../domain/errors.ts';
import { toFailedDevice } from '../reports/aggregated-report.ts';
import type { SessionsReport } from '../reports/sessions-report.ts';
import type { FetchedError, FetchedUsage } from '../reports/usage-answer.ts';
import type { BucketOutcome } from './bucket-usage.ts';

/** The sessions of a device, or why there are none. */
export interface DeviceSessions {
  readonly imei: Imei;
  readonly report: SessionsReport | ReportError;
}

/** As many rows are made in a turn of the event loop. */
const ROWS_PER_STEP = 2_000;

/**
 * The usage of devices in each window, from their sessions: a session counts in the window in which it began. The windows are in order, and
 * do not overlap. Each has failed only if all devices have.
 */
export function* fromSessions(
  devices: readonly DeviceSessions[],
  windows: readonly ReportWindow[],
): Steps<BucketOutcome[]> {
  const [first] = devices.flatMap(({ report }) => (report instanceof ReportError ? report : []));
  const usage = windows.map((): FetchedUsage[] => []);
  const errors: FetchedError[] = [];
  let asOfMs = Infinity;
  let rows = 0;
  for (const { imei, report } of devices) {
    if (report instanceof ReportError) errors.push(toFailedDevice(imei, report));
    else {
      asOfMs = Math.min(asOfMs, report.fetchedAtMs);
      for (const [at, row] of toRows(report, windows).entries()) usage[at]?.push(row);
      rows += report.sessions.length + windows.length;
    }
    if (rows > ROWS_PER_STEP) {
      rows = 0;
      yield;
    }
  }
  return usage.map((ofWindow) => {
    if (first !== undefined && ofWindow.length === 0) return first;
    const settled = ofWindow.every(({ call }) => call.settled);
    return { usage: ofWindow, errors, missing: [], freshness: { asOfMs, settled } };
  });
}

/** The usage of one device in each window. If nobody knows when one of its sessions began, that is in none of them. */
function toRows(report: SessionsReport, windows: readonly ReportWindow[]): FetchedUsage[] {
  const { sessions, query, txid, fetchedAtMs, sequence } = report;
  const { imei, accountNumber } = query;
  const inWindow = windows.map((): Session[] => []);
  let isUnknown = false;
  for (const session of sessions) {
    if (session.startTime === null) isUnknown = true;
    else inWindow[findWindow(windows, toEpochMs(session.startTime))]?.push(session);
  }
  return windows.map((window, at) => {
    const own = inWindow[at] ?? [];
    const settled = areSessionsSettled(window, query, own, fetchedAtMs);
    const bytes = own.every(({ numBytes }) => numBytes !== null)
      ? addExactly(own.map(({ numBytes }) => numBytes))
      : null;
    return {
      kind: 'usage',
      imei,
      numberOfSessions: isUnknown ? null : own.length,
      bytesTransferred: isUnknown ? null : bytes,
      call: { accountNumber, txid, fetchedAtMs, settled, sequence, nameless: [] },
    };
  });
}

/** The position of the window that a moment is in; -1 if it is in none. */
function findWindow(windows: readonly ReportWindow[], atMs: number): number {
  let [low, high] = [0, windows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const window = windows[middle];
    if (window === undefined) return -1;
    if (atMs < (toStartMs(window) ?? 0)) high = middle - 1;
    else if (atMs > (toEndMs(window) ?? Infinity)) low = middle + 1;
    else return middle;
  }
  return -1;
}
