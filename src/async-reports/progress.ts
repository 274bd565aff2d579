/** The part of a report that messages change. Times are epoch milliseconds. */
export interface ReportProgress {
  /** Number of requested devices; null for a whole account. */
  readonly expectedDevices: number | null;
  /** Time of the last change by a message, or of the acceptance. */
  readonly changedAtMs: number;
  /** When the last device arrived, the platform reported completion, or a whole account had been quiet for long enough. */
  readonly completedAtMs: number | null;
  /** Only for a whole account with messages: when the report is complete unless another message arrives first. */
  readonly quietAtMs: number | null;
  readonly usageRows: number;
  readonly failedDevices: number;
  /** Errors without an IMEI; they account for no device. */
  readonly namelessErrors: number;
  /** Requested devices without usage or error; 0 for a whole account. */
  readonly missingDevices: number;
  /** Increases with every commit that changes the report. */
  readonly revision: number;
}

/** How messages changed the number of rows. If usage replaces an error, `failedDevices` decreases by one. */
export interface RowsChange {
  readonly usageRows: number;
  readonly failedDevices: number;
  readonly namelessErrors: number;
  /** Requested devices that are no longer missing. */
  readonly accountedDevices: number;
  /** When the last of the messages arrived. */
  readonly atMs: number;
}

/** The platform's acceptance of a report. */
export interface Acceptance {
  /** Number of requested devices; null for a whole account. */
  readonly expectedDevices: number | null;
  /** Number of requested devices that have not arrived yet; messages can arrive before the acceptance. */
  readonly missingDevices: number;
  readonly acceptedAtMs: number;
  readonly upstreamStatus: 'QUEUED' | 'COMPLETED';
}

/** Returns the progress after messages. A complete report stays complete; the quiet time of a whole account starts again. */
export function toArrived(before: ReportProgress, change: RowsChange, quietMs: number): ReportProgress {
  const changedAtMs = Math.max(before.changedAtMs, change.atMs);
  const missingDevices = before.missingDevices - change.accountedDevices;
  const isComplete = before.expectedDevices !== null && missingDevices === 0;
  const completedAtMs = toCompletedAtMs(before, change.atMs) ?? (isComplete ? changedAtMs : null);
  return {
    ...before,
    changedAtMs,
    missingDevices,
    completedAtMs,
    quietAtMs: before.expectedDevices === null && completedAtMs === null ? changedAtMs + quietMs : before.quietAtMs,
    usageRows: before.usageRows + change.usageRows,
    failedDevices: before.failedDevices + change.failedDevices,
    namelessErrors: before.namelessErrors + change.namelessErrors,
    revision: before.revision + 1,
  };
}

/** Returns the progress after the platform accepted the report, including messages that arrived before the acceptance. */
export function toAccepted(before: ReportProgress, acceptance: Acceptance, quietMs: number): ReportProgress {
  const { expectedDevices, missingDevices, acceptedAtMs, upstreamStatus } = acceptance;
  const hadArrived = hasArrived(before);
  const changedAtMs = hadArrived ? Math.max(before.changedAtMs, acceptedAtMs) : acceptedAtMs;
  const isComplete = upstreamStatus === 'COMPLETED' || (expectedDevices !== null && missingDevices === 0);
  return {
    ...before,
    expectedDevices,
    missingDevices,
    changedAtMs,
    completedAtMs: isComplete ? changedAtMs : null,
    quietAtMs: expectedDevices === null && hadArrived && !isComplete ? changedAtMs + quietMs : null,
    revision: before.revision + 1,
  };
}

/** Returns the fraction of the requested devices that have arrived, from 0 to 1; null for a whole account. */
export function toShare({ expectedDevices, missingDevices }: ReportProgress): number | null {
  if (expectedDevices === null) return null;
  return expectedDevices === 0 ? 1 : (expectedDevices - missingDevices) / expectedDevices;
}

/** Returns when the report became complete, also by the quiet time alone; null if it is not complete at `nowMs`. */
export function toCompletedAtMs({ completedAtMs, quietAtMs }: ReportProgress, nowMs: number): number | null {
  if (completedAtMs !== null) return completedAtMs;
  return quietAtMs !== null && quietAtMs <= nowMs ? quietAtMs : null;
}

/** Whether any message has arrived. */
export function hasArrived({ usageRows, failedDevices, namelessErrors }: ReportProgress): boolean {
  return usageRows + failedDevices + namelessErrors > 0;
}
