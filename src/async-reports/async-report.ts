import type { AccountNumber } from '../domain/account.ts';
import type { DeviceError, DeviceUsage } from '../domain/device-usage.ts';
import { hasArrived, isOpenEnded, toCompletedAtMs, toShare, type ReportProgress } from './progress.ts';

export const ASYNC_REPORT_STATUSES = ['QUEUED', 'RECEIVING', 'COMPLETED', 'EXPIRED'] as const;
/** The public statuses; docs/async-reports.md describes them. */
export type AsyncReportStatus = (typeof ASYNC_REPORT_STATUSES)[number];

/** An asynchronous report as it is stored. `toAsyncReport` adds what follows from the time alone. */
export interface AsyncReportState extends ReportProgress {
  readonly txid: string;
  readonly accountNumber: AccountNumber;
  /** The principal that the report belongs to; empty if everyone with access to the account may see it. */
  readonly owner: string;
  /** The requested input, as the JSON text that `add` received. */
  readonly inputJson: string;
  readonly requestedAtMs: number;
  readonly expiresAtMs: number;
}

/** An asynchronous report as readers see it at one moment. Times are epoch milliseconds. */
export interface AsyncReport extends Omit<AsyncReportState, keyof ReportProgress> {
  readonly status: AsyncReportStatus;
  readonly updatedAtMs: number;
  readonly completedAtMs: number | null;
  readonly expectedDevices: number | null;
  /** Devices with usage; also the `totalCount` of the usage pages. */
  readonly receivedDevices: number;
  readonly failedDevices: number;
  /** Rows of the error pages: one per failed device, and one per error without an IMEI or of a device that was not requested. */
  readonly errorRows: number;
  /** Whether anything about the requested devices has arrived. */
  readonly hasResults: boolean;
  /** The `totalCount` of the pages of missing devices; 0 for a whole account. */
  readonly missingDevices: number;
  /** The `totalCount` of the pages of unexpected devices; 0 for a whole account. */
  readonly unexpectedDevices: number;
  /** From 0 to 1; null for a whole account, and with filters. */
  readonly progress: number | null;
  /** Increases with every commit that changes the report. It does not increase when only the time changes the status. */
  readonly revision: number;
  /** When the status changes next if no message arrives; null if it does not change any more. */
  readonly nextChangeAtMs: number | null;
}

interface Received {
  readonly txid: string;
  readonly receivedAtMs: number;
}

export type UsageMessage = DeviceUsage & Received;
export type ErrorMessage = DeviceError & Received;
/** What a callback message says about one device. */
export type ReceivedMessage = UsageMessage | ErrorMessage;

/** Returns the status at `nowMs`. COMPLETED is final; an EXPIRED report becomes COMPLETED when its last device arrives. */
export function toStatus(state: AsyncReportState, nowMs: number): AsyncReportStatus {
  if (toCompletedAtMs(state, nowMs) !== null) return 'COMPLETED';
  const arrived = hasArrived(state);
  // If nobody knows how many devices will arrive, none can be missing after the first message.
  const canExpire = !isOpenEnded(state) || !arrived;
  if (canExpire && state.expiresAtMs <= nowMs) return 'EXPIRED';
  return arrived ? 'RECEIVING' : 'QUEUED';
}

/** Returns the report as readers see it at `nowMs`. */
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
    errorRows: state.failedDevices + state.otherErrors,
    hasResults: hasArrived(state),
    missingDevices: state.missingDevices,
    unexpectedDevices: state.unexpectedDevices,
    progress: toShare(state),
    revision: state.revision,
    nextChangeAtMs: toNextChangeAtMs(state, status),
  };
}

function toNextChangeAtMs(state: AsyncReportState, status: AsyncReportStatus): number | null {
  if (status === 'COMPLETED' || status === 'EXPIRED') return null;
  return state.quietAtMs ?? state.expiresAtMs;
}
