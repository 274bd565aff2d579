import type { UsageTotals } from '../../../src/simulator/fleet/usage.ts';
import { failure, RIGHT, together, wrong, type Checked } from '../load/outcome.ts';
import type { AskedWindow, Oracle } from '../oracle.ts';

/** What the platform says of a device that it does not report, and of the one for which it refuses the whole call. */
const UNKNOWN_DEVICE = 'INVALID_PARAMETER';
export const REFUSED_DEVICE = 'SOAK.INPUT_INVALID.Device';

/** Figures as an answer tells them. */
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

/** What was asked, and from when to when the figures of its answer may be (epoch milliseconds). */
export interface AskedUsage {
  readonly imeis: readonly string[];
  readonly window: AskedWindow;
  readonly fromMs: number;
  readonly toMs: number;
  /** Devices for which the platform refuses a whole call. */
  readonly refused: readonly string[];
}

/** Compares a report with what the platform knows: each device has to be in the right one of its lists, once, with its figures. */
export function checkReport(reported: ReportedReport, asked: AskedUsage, oracle: Oracle): Checked {
  const named = [...reported.usage, ...reported.errors].map(({ imei }) => imei).concat(reported.missing);
  if (new Set(named).size !== named.length) return wrong('a device is told twice');
  const foreign = named.find((imei) => imei === null || !asked.imeis.includes(imei));
  if (foreign !== undefined) return wrong(`${foreign ?? 'a device without a name'} was not asked for`);
  const usage = new Map(reported.usage.map((item) => [item.imei, item]));
  const errors = new Map(reported.errors.map((item) => [item.imei, item]));
  return together(
    asked.imeis.map((imei) => {
      const figures = usage.get(imei) ?? null;
      if (figures !== null) return checkUsage(imei, figures, asked, oracle);
      const error = errors.get(imei);
      if (error !== undefined) return checkError(imei, error, asked, oracle);
      if (!reported.missing.includes(imei)) return wrong(`${imei} is in none of the lists`);
      return oracle.isOverlooked(imei) ? RIGHT : wrong(`${imei} is missing, and the platform reports it`);
    }),
  );
}

/** The figures of one device; null says that the platform left it out. */
export function checkUsage(
  imei: string,
  reported: Omit<ReportedUsage, 'imei'> | null,
  { window, fromMs, toMs, refused }: AskedUsage,
  oracle: Oracle,
): Checked {
  const truth = oracle.truthOf(imei, window, fromMs, toMs);
  if (reported === null)
    return truth.kind === 'missing' ? RIGHT : wrong(`${imei} has no figures, and the platform has some`);
  if (truth.kind !== 'usage' || refused.includes(imei)) return wrong(`${imei} has figures, and the platform has none`);
  const { least, most } = truth;
  return isBetween(reported, least, most)
    ? RIGHT
    : wrong(`${imei} has ${JSON.stringify(reported)}, not ${JSON.stringify(least)} to ${JSON.stringify(most)}`);
}

function isBetween(reported: Omit<ReportedUsage, 'imei'>, least: UsageTotals, most: UsageTotals): boolean {
  return (['numberOfSessions', 'bytesTransferred'] as const).every((name) => {
    const figure = reported[name];
    return figure !== null && figure >= least[name] && figure <= most[name];
  });
}

function checkError(imei: string, { errorResponse }: ReportedError, asked: AskedUsage, oracle: Oracle): Checked {
  const isExpected =
    asked.refused.includes(imei) || oracle.truthOf(imei, asked.window, asked.fromMs, asked.toMs).kind === 'error';
  const code = errorResponse?.errorCode ?? 'NO_CODE';
  return isExpected && (code === UNKNOWN_DEVICE || code === REFUSED_DEVICE) ? RIGHT : failure([code]);
}
