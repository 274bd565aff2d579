/** What messages change of a request; times are epoch milliseconds. */
export interface ReportProgress {
  /** Null for a whole account. */
  readonly expectedDevices: number | null;
  /** The last change by a message, or the acceptance. */
  readonly changedAtMs: number;
  /** When the last device was accounted for, the platform said so, or a whole account had been quiet for long enough. */
  readonly completedAtMs: number | null;
  /** For a whole account with messages: when it counts as complete, unless another message comes first. */
  readonly quietAtMs: number | null;
  readonly usageRows: number;
  readonly failedDevices: number;
  /** Errors that name no device, and so account for none. */
  readonly namelessErrors: number;
  /** Devices asked for and in neither usage nor errors; 0 for a whole account. */
  readonly missingDevices: number;
  /** Rises with every commit that changed the request. */
  readonly revision: number;
}

/** By how much messages changed a request's rows: an error that gave way to usage is one failed device less. */
export interface RowsChange {
  readonly usageRows: number;
  readonly failedDevices: number;
  readonly namelessErrors: number;
  /** Devices asked for that are missing no longer. */
  readonly accountedDevices: number;
  /** When the last of the messages came. */
  readonly atMs: number;
}

export interface Acceptance {
  readonly expectedDevices: number | null;
  /** How many of them messages have not accounted for already. */
  readonly missingDevices: number;
  readonly acceptedAtMs: number;
  readonly upstreamStatus: 'QUEUED' | 'COMPLETED';
}

/** The progress after messages changed rows. What was whole stays so; a whole account counts its quiet time anew. */
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

/** The progress once the platform accepted the request, with all that overtook its answer. */
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

/** The share of the devices asked for that is accounted for, 0 to 1; null for a whole account. */
export function toShare({ expectedDevices, missingDevices }: ReportProgress): number | null {
  if (expectedDevices === null) return null;
  return expectedDevices === 0 ? 1 : (expectedDevices - missingDevices) / expectedDevices;
}

/** When it was complete, as far as the time alone tells; null where it is not. */
export function toCompletedAtMs({ completedAtMs, quietAtMs }: ReportProgress, nowMs: number): number | null {
  if (completedAtMs !== null) return completedAtMs;
  return quietAtMs !== null && quietAtMs <= nowMs ? quietAtMs : null;
}

/** Whether any message said anything of it. */
export function hasArrived({ usageRows, failedDevices, namelessErrors }: ReportProgress): boolean {
  return usageRows + failedDevices + namelessErrors > 0;
}
