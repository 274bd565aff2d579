import type { DeviceError } from '../domain/device-usage.ts';
import { ReportError } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { Imei } from '../domain/imei.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { toErrorText, type DeviceOutcome, type UsageAnswer } from '../reports/aggregated-report.ts';
import { mergeOutcomes } from '../reports/merged-report.ts';
import type { FetchedUsage } from '../reports/usage-answer.ts';

/** The usage of devices in one bucket. */
export interface BucketUsage {
  readonly usage: readonly FetchedUsage[];
  readonly errors: readonly DeviceError[];
  /** Named devices about which the platform said nothing. */
  readonly missing: readonly Imei[];
  readonly freshness: Freshness;
}

/** What came of asking for a bucket: its usage, or why there is none. */
export type BucketOutcome = BucketUsage | ReportError;

/** Whether a bucket has usage. */
export function isLoaded(outcome: BucketOutcome | null): outcome is BucketUsage {
  return outcome !== null && !(outcome instanceof ReportError);
}

/** The usage of named devices from calls of ten. It has failed only if every call has. */
export function fromOutcomes(outcomes: readonly DeviceOutcome[], window: ReportWindow): BucketOutcome {
  try {
    const { usage, errors, missing, freshness } = mergeOutcomes(outcomes, window);
    return { usage, errors, missing, freshness };
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
}

/** The usage of the named devices in the answer of their account, or of all if none are named. */
export function fromAccount({ call, usage, errors }: UsageAnswer, named: ReadonlySet<Imei>): BucketUsage {
  const freshness = { asOfMs: call.fetchedAtMs, settled: call.settled };
  if (named.size === 0) return { usage, errors, missing: [], freshness };
  const left = new Set(named);
  const isNamed = ({ imei }: { readonly imei: Imei | null }): boolean => imei === null || left.delete(imei);
  const [ownUsage, ownErrors] = [usage.filter(isNamed), errors.filter(isNamed)];
  return { usage: ownUsage, errors: ownErrors, missing: [...left], freshness };
}

/** A failure as an error of no device in particular. */
export function toErrorOfAll(failure: ReportError): DeviceError {
  return { kind: 'error', imei: null, ...toErrorText(failure) };
}
