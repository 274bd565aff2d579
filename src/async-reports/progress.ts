/** The part of a report that messages change. Times are epoch milliseconds. */
export interface ReportProgress {
  /** Number of requested devices; null for a whole account. */
  readonly expectedDevices: number | null;
  /** Time of the last change by a message, or of the acceptance. */
  readonly changedAtMs: number;
  /** When the last device arrived, the platform reported completion, or an open-ended report had been quiet for long enough. */
  readonly completedAtMs: number | null;
  /** Only for an open-ended report with messages: when the report is complete unless another message arrives first. */
  readonly quietAtMs: number | null;
  readonly usageRows: number;
  readonly failedDevices: number;
  /** Errors without an IMEI, and those of devices that were not requested; they account for no device. */
  readonly otherErrors: number;
  /** The part of `otherErrors` that is about devices which were not requested. They are no results. */
  readonly unexpectedErrors: number;
  /** Requested devices without usage or error; 0 for a whole account. */
  readonly missingDevices: number;
  /** Devices with usage that were not requested; 0 for a whole account. They count nowhere else. */
  readonly unexpectedDevices: number;
  /** Whether filters can remove requested devices, so that nobody knows how many will arrive. */
  readonly isFiltered: boolean;
  /** Increases with every commit that changes the report. */
  readonly revision: number;
}

/** How messages changed the number of rows. If usage replaces an error, `failedDevices` decreases by one. */
export interface RowsChange {
  readonly usageRows: number;
  readonly failedDevices: number;
  readonly otherErrors: number;
  readonly unexpectedErrors: number;
  readonly unexpectedDevices: number;
  /** Requested devices that are no longer missing. */
  readonly accountedDevices: number;
  /** When the last of the messages arrived. */
  readonly atMs: number;
}

/** The counts that rows which are erased were part of. */
export interface ErasedRows extends Omit<RowsChange, 'atMs' | 'accountedDevices'> {
  readonly expectedDevices: number;
  readonly missingDevices: number;
}

export const NOTHING_ERASED: ErasedRows = {
  expectedDevices: 0,
  missingDevices: 0,
  usageRows: 0,
  failedDevices: 0,
  otherErrors: 0,
  unexpectedErrors: 0,
  unexpectedDevices: 0,
};

/** The platform's acceptance of a report. */
export interface Acceptance {
  /** Number of requested devices; null for a whole account. */
  readonly expectedDevices: number | null;
  /** Number of requested devices that have not arrived yet; messages can arrive before the acceptance. */
  readonly missingDevices: number;
  readonly isFiltered: boolean;
  readonly acceptedAtMs: number;
  readonly upstreamStatus: 'QUEUED' | 'COMPLETED';
}

/** Returns the progress after messages. A complete report stays complete; the quiet time of an open-ended one starts again. */
export function toArrived(before: ReportProgress, change: RowsChange, quietMs: number): ReportProgress {
  const changedAtMs = Math.max(before.changedAtMs, change.atMs);
  const missingDevices = before.missingDevices - change.accountedDevices;
  const isComplete = before.expectedDevices !== null && missingDevices === 0;
  const completedAtMs = toCompletedAtMs(before, change.atMs) ?? (isComplete ? changedAtMs : null);
  const hasResults = countResults(change) > 0 || hasArrived(before);
  return {
    ...before,
    changedAtMs,
    missingDevices,
    completedAtMs,
    quietAtMs: isOpenEnded(before) && hasResults && completedAtMs === null ? changedAtMs + quietMs : before.quietAtMs,
    usageRows: before.usageRows + change.usageRows,
    failedDevices: before.failedDevices + change.failedDevices,
    otherErrors: before.otherErrors + change.otherErrors,
    unexpectedErrors: before.unexpectedErrors + change.unexpectedErrors,
    unexpectedDevices: before.unexpectedDevices + change.unexpectedDevices,
    revision: before.revision + 1,
  };
}

/** Returns the progress after the platform accepted the report, including messages that arrived before the acceptance. */
export function toAccepted(before: ReportProgress, acceptance: Acceptance, quietMs: number): ReportProgress {
  const { expectedDevices, missingDevices, isFiltered, acceptedAtMs, upstreamStatus } = acceptance;
  const hadArrived = hasArrived(before);
  const changedAtMs = hadArrived ? Math.max(before.changedAtMs, acceptedAtMs) : acceptedAtMs;
  const isComplete = upstreamStatus === 'COMPLETED' || (expectedDevices !== null && missingDevices === 0);
  return {
    ...before,
    expectedDevices,
    missingDevices,
    isFiltered,
    changedAtMs,
    completedAtMs: isComplete ? changedAtMs : null,
    quietAtMs: isOpenEnded(acceptance) && hadArrived && !isComplete ? changedAtMs + quietMs : null,
    revision: before.revision + 1,
  };
}

/** Returns the progress after rows were erased. A report on listed devices is complete if only an erased one was missing. */
export function toErased(before: ReportProgress, erased: ErasedRows, nowMs: number): ReportProgress {
  const missingDevices = before.missingDevices - erased.missingDevices;
  const isComplete = before.expectedDevices !== null && missingDevices === 0;
  return {
    ...before,
    expectedDevices: before.expectedDevices === null ? null : before.expectedDevices - erased.expectedDevices,
    missingDevices,
    completedAtMs: before.completedAtMs ?? (isComplete ? nowMs : null),
    usageRows: before.usageRows - erased.usageRows,
    failedDevices: before.failedDevices - erased.failedDevices,
    otherErrors: before.otherErrors - erased.otherErrors,
    unexpectedErrors: before.unexpectedErrors - erased.unexpectedErrors,
    unexpectedDevices: before.unexpectedDevices - erased.unexpectedDevices,
    revision: before.revision + 1,
  };
}

/** Whether nobody knows how many devices will arrive: for a whole account, and with filters. */
export function isOpenEnded(report: Pick<ReportProgress, 'expectedDevices' | 'isFiltered'>): boolean {
  return report.expectedDevices === null || report.isFiltered;
}

/** Returns the fraction of the requested devices that have arrived, from 0 to 1; null if the report is open-ended. */
export function toShare(progress: ReportProgress): number | null {
  const { expectedDevices, missingDevices } = progress;
  if (expectedDevices === null || isOpenEnded(progress)) return null;
  return expectedDevices === 0 ? 1 : (expectedDevices - missingDevices) / expectedDevices;
}

/** Returns when the report became complete, also by the quiet time alone; null if it is not complete at `nowMs`. */
export function toCompletedAtMs({ completedAtMs, quietAtMs }: ReportProgress, nowMs: number): number | null {
  if (completedAtMs !== null) return completedAtMs;
  return quietAtMs !== null && quietAtMs <= nowMs ? quietAtMs : null;
}

/** Whether any result has arrived. Usage and errors of devices that were not requested are none. */
export function hasArrived(progress: ReportProgress): boolean {
  return countResults(progress) > 0;
}

type ResultCounts = Pick<ReportProgress, 'usageRows' | 'failedDevices' | 'otherErrors' | 'unexpectedErrors'>;

function countResults({ usageRows, failedDevices, otherErrors, unexpectedErrors }: ResultCounts): number {
  return usageRows + failedDevices + otherErrors - unexpectedErrors;
}
