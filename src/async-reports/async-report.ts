import type { AccountNumber } from '../domain/account.ts';
import type { Imei } from '../domain/imei.ts';
import type { Usage } from '../domain/usage-totals.ts';
import { hasArrived, toCompletedAtMs, toShare, type ReportProgress } from './progress.ts';

export const ASYNC_REPORT_STATUSES = ['QUEUED', 'RECEIVING', 'COMPLETED', 'EXPIRED'] as const;
export type AsyncReportStatus = (typeof ASYNC_REPORT_STATUSES)[number];

/** A request as it is kept; what passes with time alone is told by `toAsyncReport`. */
export interface AsyncReportState extends ReportProgress {
  readonly txid: string;
  readonly accountNumber: AccountNumber;
  /** Whose it is among those who may see the account; empty for all of them. */
  readonly owner: string;
  /** What was asked for, as the JSON text that came with `add`. */
  readonly inputJson: string;
  readonly requestedAtMs: number;
  readonly expiresAtMs: number;
}

/** A request as readers see it at one moment. */
export interface AsyncReport {
  readonly txid: string;
  readonly accountNumber: AccountNumber;
  readonly owner: string;
  readonly inputJson: string;
  readonly status: AsyncReportStatus;
  readonly requestedAtMs: number;
  readonly updatedAtMs: number;
  readonly completedAtMs: number | null;
  readonly expiresAtMs: number;
  readonly expectedDevices: number | null;
  /** Devices with usage: the `totalCount` of the usage pages. */
  readonly receivedDevices: number;
  readonly failedDevices: number;
  /** Rows of the error pages: the failed devices and the errors that name none. */
  readonly errorRows: number;
  /** The `totalCount` of the pages of missing devices; 0 for a whole account. */
  readonly missingDevices: number;
  /** 0 to 1; null for a whole account. */
  readonly progress: number | null;
  /** Rises with every commit that changed the request; what time alone changes is at `nextChangeAtMs` instead. */
  readonly revision: number;
  /** When status or times change next without any message; null where they do not. */
  readonly nextChangeAtMs: number | null;
}

/** What an error says, in the fields of the synchronous report. */
export interface DeviceErrorText {
  readonly errorMessage: string | null;
  readonly errorResponse: {
    readonly errorCode: string | null;
    readonly errorMessage: string | null;
    readonly httpStatusCode: string | null;
    readonly detailErrorMessage: string | null;
  } | null;
}

export interface UsageMessage extends Usage {
  readonly kind: 'usage';
  readonly txid: string;
  readonly imei: Imei;
  readonly receivedAtMs: number;
}

export interface ErrorMessage extends DeviceErrorText {
  readonly kind: 'error';
  readonly txid: string;
  readonly imei: Imei | null;
  readonly receivedAtMs: number;
}

/** One device's part of a callback message, ready to be recorded. */
export type ReceivedMessage = UsageMessage | ErrorMessage;

/** The status at a moment: what is whole stays COMPLETED, and EXPIRED ends once the last device has come. */
export function toStatus(state: AsyncReportState, nowMs: number): AsyncReportStatus {
  if (toCompletedAtMs(state, nowMs) !== null) return 'COMPLETED';
  const arrived = hasArrived(state);
  // How many devices a whole account has is not known, so after its first message none can be called missing.
  const canExpire = state.expectedDevices !== null || !arrived;
  if (canExpire && state.expiresAtMs <= nowMs) return 'EXPIRED';
  return arrived ? 'RECEIVING' : 'QUEUED';
}

/** The request as readers see it at `nowMs`, with all that follows from the time alone. */
export function toAsyncReport(state: AsyncReportState, nowMs: number): AsyncReport {
  const status = toStatus(state, nowMs);
  const completedAtMs = toCompletedAtMs(state, nowMs);
  const endedAtMs = status === 'EXPIRED' ? state.expiresAtMs : (completedAtMs ?? 0);
  return {
    txid: state.txid,
    accountNumber: state.accountNumber,
    owner: state.owner,
    inputJson: state.inputJson,
    status,
    requestedAtMs: state.requestedAtMs,
    updatedAtMs: Math.max(state.changedAtMs, endedAtMs),
    completedAtMs,
    expiresAtMs: state.expiresAtMs,
    expectedDevices: state.expectedDevices,
    receivedDevices: state.usageRows,
    failedDevices: state.failedDevices,
    errorRows: state.failedDevices + state.namelessErrors,
    missingDevices: state.missingDevices,
    progress: toShare(state),
    revision: state.revision,
    nextChangeAtMs: toNextChangeAtMs(state, status),
  };
}

function toNextChangeAtMs(state: AsyncReportState, status: AsyncReportStatus): number | null {
  if (status === 'COMPLETED' || status === 'EXPIRED') return null;
  return state.quietAtMs ?? state.expiresAtMs;
}
