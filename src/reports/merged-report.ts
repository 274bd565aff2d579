import { toErrorOrNull, type ErrorCount } from '../domain/error-limit.ts';
import { ReportError, type ReportErrorCode } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { Imei } from '../domain/imei.ts';
import { mergeUsage } from '../domain/reported-twice.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { isRejection, type DeviceOutcome } from './aggregated-report.ts';
import type { FetchedUsage, FetchedError, UsageAnswer, UsageCall } from './usage-answer.ts';

/** One aggregated report, from one or more calls. Each requested device is in exactly one of `usage`, `errors` and `missing`; errors without an IMEI are in `errors`, too. */
export interface AggregatedReport {
  readonly txids: readonly string[];
  readonly usage: readonly FetchedUsage[];
  readonly errors: readonly FetchedError[];
  readonly missing: readonly Imei[];
  /** Devices that the platform reported although nobody requested them. */
  readonly unexpectedDevices: readonly FetchedUsage[];
  readonly freshness: Freshness;
  readonly window: ReportWindow;
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
  const calls = [...new Set(outcomes.flatMap(({ call }) => call ?? []))];
  return {
    usage: outcomes.filter((outcome) => outcome.kind === 'usage'),
    errors: [...outcomes.filter((outcome) => outcome.kind === 'error'), ...calls.flatMap(({ nameless }) => nameless)],
    missing: outcomes.filter((outcome) => outcome.kind === 'missing').map(({ imei }) => imei),
    unexpectedDevices: toUnexpectedDevices(calls, outcomes),
    ...toProvenance(calls, window),
  };
}

/** Each device once, with its largest values. A device that another call of the report named is not one of them. */
function toUnexpectedDevices(calls: readonly UsageCall[], outcomes: readonly DeviceOutcome[]): FetchedUsage[] {
  const reported = calls.flatMap(({ unexpected }) => unexpected ?? []);
  if (reported.length === 0) return reported;
  const requested = new Set<Imei | null>(outcomes.map(({ imei }) => imei));
  const devices = new Map<Imei, FetchedUsage>();
  for (const usage of reported) {
    const before = devices.get(usage.imei);
    if (requested.has(usage.imei)) continue;
    devices.set(usage.imei, before === undefined ? usage : { ...usage, ...mergeUsage(before, usage) });
  }
  return [...devices.values()];
}

/** A report on every device of an account, in the platform's order. None can be missing, because none was named. */
export function toAccountReport({ call, usage, errors }: UsageAnswer, window: ReportWindow): AggregatedReport {
  return { usage, errors, missing: [], unexpectedDevices: [], ...toProvenance([call], window) };
}

function toProvenance(
  calls: readonly UsageCall[],
  window: ReportWindow,
): Pick<AggregatedReport, 'txids' | 'freshness' | 'window'> {
  const asOfMs = calls.reduce((oldest, call) => Math.min(oldest, call.fetchedAtMs), Infinity);
  return {
    txids: [...new Set(calls.map((call) => call.txid))].filter((txid) => txid !== ''),
    freshness: { asOfMs, settled: calls.every(({ settled }) => settled) },
    window,
  };
}

/**
 * The usage of one device, or null if the platform left it out. Throws the device's error, the error of its call, or one without an IMEI that
 * may be about the device; returns null if no more errors are reported.
 */
export function toUsageOrThrow(outcome: DeviceOutcome, count: ErrorCount): FetchedUsage | null {
  if (outcome.kind === 'usage') return outcome;
  const [nameless] = outcome.kind === 'missing' ? outcome.call.nameless : [];
  if (outcome.kind === 'missing' && nameless === undefined) return null;
  const error = toErrorOrNull(count, () =>
    outcome.kind === 'error'
      ? (outcome.failure ?? toDeviceError(outcome))
      : toDeviceError({ ...(nameless as FetchedError), imei: outcome.imei }),
  );
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
