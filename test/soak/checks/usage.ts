import type { UsageTotals } from '../../../src/simulator/fleet/usage.ts';
import { failure, RIGHT, together, wrong, type Checked } from '../load/outcome.ts';
import type { AskedWindow, Oracle } from '../oracle.ts';

/** The platform's error codes for a device without usage, and for the device for which it rejects the whole call. */
const UNKNOWN_DEVICE = 'INVALID_PARAMETER';
export const REJECTED_DEVICE = 'SOAK.INPUT_INVALID.Device';

/** The usage of a device in a response. */
export interface ReportedUsage {
  readonly imei: string;
  readonly numberOfSessions: number | null;
  readonly bytesTransferred: number | null;
}

export interface ReportedError {
  readonly imei: string | null;
  readonly errorResponse?: { readonly errorCode: string | null } | null;
}

export interface ReportedReport {
  readonly usage: readonly ReportedUsage[];
  readonly errors: readonly ReportedError[];
  readonly missing: readonly string[];
}

/** What was requested, and between which two moments the usage may have been read (epoch milliseconds). */
export interface AskedUsage {
  readonly imeis: readonly string[];
  readonly window: AskedWindow;
  readonly fromMs: number;
  readonly toMs: number;
  /** Devices for which the platform rejects a whole call. */
  readonly rejected: readonly string[];
}

/** Compares a report with what the platform knows: each device must be in the right list, once, with its own usage. */
export function checkReport(reported: ReportedReport, asked: AskedUsage, oracle: Oracle): Checked {
  const named = [...reported.usage, ...reported.errors].map(({ imei }) => imei).concat(reported.missing);
  if (new Set(named).size !== named.length) return wrong('a device is listed twice');
  const foreign = named.find((imei) => imei === null || !asked.imeis.includes(imei));
  if (foreign !== undefined) return wrong(`${foreign ?? 'a device without an IMEI'} was not requested`);
  const usage = new Map(reported.usage.map((item) => [item.imei, item]));
  const errors = new Map(reported.errors.map((item) => [item.imei, item]));
  return together(
    asked.imeis.map((imei) => {
      const found = usage.get(imei) ?? null;
      if (found !== null) return checkUsage(imei, found, asked, oracle);
      const error = errors.get(imei);
      if (error !== undefined) return checkError(imei, error, asked, oracle);
      if (!reported.missing.includes(imei)) return wrong(`${imei} is in none of the lists`);
      return oracle.isOverlooked(imei) ? RIGHT : wrong(`${imei} is missing, but the platform reports it`);
    }),
  );
}

/** Compares the usage of one device with what the platform knows. Null means that the response has no usage for it. */
export function checkUsage(
  imei: string,
  reported: Omit<ReportedUsage, 'imei'> | null,
  { window, fromMs, toMs, rejected }: AskedUsage,
  oracle: Oracle,
): Checked {
  const truth = oracle.truthOf(imei, window, fromMs, toMs);
  if (reported === null)
    return truth.kind === 'missing' ? RIGHT : wrong(`${imei} has no usage, but the platform has some`);
  if (truth.kind !== 'usage' || rejected.includes(imei)) return wrong(`${imei} has usage, but the platform has none`);
  const { min, max } = truth;
  return isBetween(reported, min, max)
    ? RIGHT
    : wrong(`${imei} has ${JSON.stringify(reported)}, not ${JSON.stringify(min)} to ${JSON.stringify(max)}`);
}

function isBetween(reported: Omit<ReportedUsage, 'imei'>, min: UsageTotals, max: UsageTotals): boolean {
  return (['numberOfSessions', 'bytesTransferred'] as const).every((name) => {
    const value = reported[name];
    return value !== null && value >= min[name] && value <= max[name];
  });
}

function checkError(imei: string, { errorResponse }: ReportedError, asked: AskedUsage, oracle: Oracle): Checked {
  const isExpected =
    asked.rejected.includes(imei) || oracle.truthOf(imei, asked.window, asked.fromMs, asked.toMs).kind === 'error';
  const code = errorResponse?.errorCode ?? 'NO_CODE';
  return isExpected && (code === UNKNOWN_DEVICE || code === REJECTED_DEVICE) ? RIGHT : failure([code]);
}
