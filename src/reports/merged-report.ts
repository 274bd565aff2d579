import { toErrorOrNull, type ErrorCount } from '../domain/error-limit.ts';
import { ReportError, type ReportErrorCode } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import { toFreshness, type ReportWindow, type Freshness } from '../domain/report-window.ts';
import { isRejection, type DeviceOutcome } from './aggregated-report.ts';
import type { FetchedUsage, FetchedError, UsageAnswer, UsageCall } from './usage-answer.ts';

/** One aggregated report, from one or more calls. Each requested device is in exactly one of its lists. */
export interface AggregatedReport {
  readonly txids: readonly string[];
  readonly usage: readonly FetchedUsage[];
  readonly errors: readonly FetchedError[];
  readonly missing: readonly Imei[];
  readonly freshness: Freshness;
}

/**
 * Merges the outcomes of devices, in their order. If every call failed, throws the first failure that is not
 * a rejection, or else the first one.
 */
export function mergeOutcomes(outcomes: readonly DeviceOutcome[], window: ReportWindow): AggregatedReport {
  const failures = outcomes.map((outcome) => (outcome.kind === 'error' ? outcome.failure : null));
  const [first = null] = failures;
  if (first !== null && failures.every((failure) => failure !== null)) {
    // If a device is rejected during an outage, the whole is not a bad request: a retry can get the other devices.
    throw failures.find((failure) => !isRejection(failure)) ?? first;
  }
  return {
    usage: outcomes.filter((outcome) => outcome.kind === 'usage'),
    errors: outcomes.filter((outcome) => outcome.kind === 'error'),
    missing: outcomes.filter((outcome) => outcome.kind === 'missing').map(({ imei }) => imei),
    ...toProvenance([...new Set(outcomes.flatMap(({ call }) => call ?? []))], window),
  };
}

/** A report on every device of an account, in the platform's order. None can be missing, because none was named. */
export function toAccountReport({ call, usage, errors }: UsageAnswer, window: ReportWindow): AggregatedReport {
  return { usage, errors, missing: [], ...toProvenance([call], window) };
}

function toProvenance(
  calls: readonly UsageCall[],
  window: ReportWindow,
): Pick<AggregatedReport, 'txids' | 'freshness'> {
  const oldestMs = calls.reduce((oldest, call) => Math.min(oldest, call.fetchedAtMs), Infinity);
  return {
    txids: [...new Set(calls.map((call) => call.txid))].filter((txid) => txid !== ''),
    freshness: toFreshness(window, oldestMs),
  };
}

/**
 * The usage of one device, or null if the platform left it out. Throws the device's error, or the error of its call; returns null if no
 * more errors are reported.
 */
export function toUsageOrThrow(outcome: DeviceOutcome, count: ErrorCount): FetchedUsage | null {
  if (outcome.kind === 'usage') return outcome;
  if (outcome.kind === 'missing') return null;
  const error = toErrorOrNull(count, () => outcome.failure ?? toDeviceError(outcome));
  if (error === null) return null;
  throw error;
}

const CODES: Readonly<Record<number, ReportErrorCode>> = {
  403: 'UPSTREAM_FORBIDDEN',
  404: 'UPSTREAM_NOT_FOUND',
  409: 'UPSTREAM_CONFLICT',
};

function toDeviceError({ imei, errorMessage, errorResponse }: FetchedError): ReportError {
  const status = Number.parseInt(errorResponse?.httpStatusCode ?? '', 10);
  const advice =
    status >= 500
      ? 'Try again in a moment. If it keeps failing, contact the carrier.'
      : 'Check the IMEI, and that the device is active on this account.';
  return new ReportError(
    status >= 500 ? 'UPSTREAM_UNAVAILABLE' : (CODES[status] ?? 'UPSTREAM_BAD_REQUEST'),
    `The platform cannot report on device ${imei ?? ''}. ${advice}`,
    {
      upstream: {
        status: Number.isNaN(status) ? null : status,
        code: errorResponse?.errorCode ?? null,
        message: errorResponse?.errorMessage ?? errorMessage,
      },
    },
  );
}
