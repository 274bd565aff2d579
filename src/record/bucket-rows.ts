import type { UsageOfDays } from '../async-reports/store/record-store.ts';
import type { AccountNumber } from '../domain/account.ts';
import type { DeviceError } from '../domain/device-usage.ts';
import type { Imei } from '../domain/imei.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';
import { MAX_DEVICES_PER_REQUEST } from '../reports/aggregated-report-request.ts';
import type { FetchedUsage, UsageCall } from '../reports/usage-answer.ts';
import type { BucketUsage } from '../usage-over-time/bucket-usage.ts';

/** Collects the recorded usage of one bucket. */
export interface BucketRows {
  /** Adds a device. Each comes once. */
  add(row: UsageOfDays): void;
  toUsage(): BucketUsage;
}

/** Creates a bucket of these recorded days, for the named devices, or for all if none are named. */
export function createBucketRows(
  accountNumber: AccountNumber,
  imeis: readonly Imei[],
  recorded: readonly RecordedDay[],
): BucketRows {
  const fetchedAtMs = recorded.reduce((oldest, { recordedAtMs }) => Math.min(oldest, recordedAtMs), Infinity);
  const call: UsageCall = { accountNumber, txid: '', fetchedAtMs, settled: true, sequence: 0, nameless: [] };
  const usage: FetchedUsage[] = [];
  let partial = 0;
  return {
    add({ imei, numberOfSessions, bytesTransferred, days }) {
      if (days < recorded.length) partial += 1;
      usage.push({ kind: 'usage', imei, numberOfSessions, bytesTransferred, call });
    },
    toUsage() {
      const found = imeis.length === 0 ? null : new Set(usage.map(({ imei }) => imei));
      const missing = found === null ? [] : imeis.filter((imei) => !found.has(imei));
      return {
        usage,
        errors: listErrors(recorded, imeis.length > 0 ? partial : null),
        missing,
        freshness: { asOfMs: fetchedAtMs, settled: true },
      };
    },
  };
}

/**
 * Errors of no device in particular, if devices were missing on a day or may have been cut off; among named ones, only if one of them may be
 * among those.
 */
function listErrors(recorded: readonly RecordedDay[], partialOfNamed: number | null): DeviceError[] {
  if (partialOfNamed === 0) return [];
  const messages: string[] = [];
  const incomplete = recorded.filter(({ missingDevices }) => missingDevices > 0);
  if (incomplete.length > 0) {
    const most = incomplete.reduce((max, { missingDevices }) => Math.max(max, missingDevices), 0);
    messages.push(
      `On ${incomplete.length} of these ${recorded.length} recorded days, up to ${most} devices had no usage, although ThingSpace was asked for ` +
        'them twice. recordedDays shows which days. Totals are without them.',
    );
  }
  const capped = recorded.filter(({ mayBeCapped }) => mayBeCapped).length;
  if (capped > 0) {
    messages.push(
      `On ${capped} of these ${recorded.length} recorded days, ThingSpace may have cut off its response for the whole account at ` +
        `${MAX_DEVICES_PER_REQUEST} devices. Totals are without those that this server has never seen.`,
    );
  }
  return messages.map((errorMessage) => ({ kind: 'error', imei: null, errorMessage, errorResponse: null }));
}
