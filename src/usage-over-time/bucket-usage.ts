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

const NOBODY: readonly Imei[] = [];

/**
 * Creates the function that finds the usage of the named devices, which are all different, in an answer of their account; of all devices if
 * none are named. A group has no missing devices.
 */
export function createFromAccount(named: readonly Imei[]): (answer: UsageAnswer, isGroup: boolean) => BucketUsage {
  const positions = new Map(named.map((imei, at) => [imei, at]));
  // The number of the last answer that each device was found in, so that no answer needs a set of its own.
  const foundIn = new Uint32Array(named.length);
  let answers = 0;
  return ({ call, usage, errors }, isGroup) => {
    const freshness = { asOfMs: call.fetchedAtMs, settled: call.settled };
    if (named.length === 0) return { usage, errors, missing: NOBODY, freshness };
    answers += 1;
    const isNamed = ({ imei }: { readonly imei: Imei | null }): boolean => {
      if (imei === null) return true;
      const at = positions.get(imei);
      if (at === undefined || foundIn[at] === answers) return false;
      foundIn[at] = answers;
      return true;
    };
    const [ownUsage, ownErrors] = [usage.filter(isNamed), errors.filter(isNamed)];
    const missing = isGroup ? NOBODY : named.filter((_, at) => foundIn[at] !== answers);
    return { usage: ownUsage, errors: ownErrors, missing, freshness };
  };
}

/** A failure as an error of no device in particular. */
export function toErrorOfAll(failure: ReportError): DeviceError {
  return { kind: 'error', imei: null, ...toErrorText(failure) };
}
