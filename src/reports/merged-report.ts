import { toErrorOrNull, type ErrorCount } from '../domain/error-limit.ts';
import { ReportError, type ReportErrorCode } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { Imei } from '../domain/imei.ts';
import { chooseError, mergeUsage } from '../domain/reported-twice.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { isRejection, type DeviceOutcome } from './aggregated-report.ts';
import type { FetchedUsage, FetchedError, UsageAnswer, UsageCall } from './usage-answer.ts';

/** One aggregated report, from one or more calls. Each requested device is in exactly one of `usage`, `errors` and `missing`; errors without an IMEI, and those of devices that nobody requested, are in `errors`, too. */
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
  const others = collectUnexpected(calls);
  // A device that only the call for others names was reported all the same.
  const reported = outcomes.map((outcome) => {
    const other = others.get(outcome.imei);
    others.delete(outcome.imei);
    return outcome.kind === 'missing' ? (other ?? outcome) : outcome;
  });
  const unexpected = [...others.values()];
  return {
    usage: reported.filter(isUsage),
    errors: [...reported.filter(isError), ...unexpected.filter(isError), ...calls.flatMap(({ nameless }) => nameless)],
    missing: reported.filter(({ kind }) => kind === 'missing').flatMap(({ imei }) => imei ?? []),
    unexpectedDevices: unexpected.filter(isUsage),
    ...toProvenance(calls, window),
  };
}

const isUsage = (outcome: DeviceOutcome): outcome is FetchedUsage => outcome.kind === 'usage';
const isError = (outcome: DeviceOutcome): outcome is FetchedError => outcome.kind === 'error';

/** What the calls returned of devices that they did not name, each once: usage with its largest values, otherwise an error. */
function collectUnexpected(calls: readonly UsageCall[]): Map<Imei | null, FetchedUsage | FetchedError> {
  const devices = new Map<Imei | null, FetchedUsage | FetchedError>();
  for (const outcome of calls.flatMap(({ unexpected }) => unexpected ?? [])) {
    const before = devices.get(outcome.imei);
    devices.set(outcome.imei, before === undefined ? outcome : mergeOutcome(before, outcome));
  }
  return devices;
}

function mergeOutcome(one: FetchedUsage | FetchedError, other: FetchedUsage | FetchedError) {
  if (one.kind === 'error') return other.kind === 'error' ? chooseError(one, other) : other;
  return other.kind === 'error' ? one : { ...one, ...mergeUsage(one, other) };
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
