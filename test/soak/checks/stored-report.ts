import { RIGHT, wrong, type Checked } from '../load/outcome.ts';
import type { Accepted } from '../load/ledger.ts';
import type { Oracle } from '../oracle.ts';

/** One device of a stored report, as a page or a download shows it. */
export interface StoredRow {
  readonly imei: string | null;
  /** Null for a device that the platform reported as an error. */
  readonly usage: { readonly numberOfSessions: number; readonly bytesTransferred: number } | null;
}

/** Compares what has arrived of a report with what the platform sends for it. If `isWhole`, nothing may be missing. */
export function checkStored(rows: readonly StoredRow[], report: Accepted, isWhole: boolean, oracle: Oracle): Checked {
  const seen = new Set<string>();
  const nowMs = Date.now();
  for (const { imei, usage } of rows) {
    if (imei === null || !report.imeis.includes(imei))
      return wrong(`${report.txid} has a device that was not requested`);
    if (seen.has(imei)) return wrong(`${report.txid} has ${imei} twice`);
    seen.add(imei);
    const truth = oracle.truthOf(imei, report.window, nowMs, nowMs);
    const isRight =
      truth.kind === 'usage'
        ? usage?.numberOfSessions === truth.min.numberOfSessions &&
          usage.bytesTransferred === truth.min.bytesTransferred
        : usage === null;
    if (!isRight) return wrong(`${report.txid} has ${JSON.stringify(usage)} for ${imei}, not ${JSON.stringify(truth)}`);
  }
  const lacking = isWhole ? report.imeis.find((imei) => !seen.has(imei)) : undefined;
  return lacking === undefined ? RIGHT : wrong(`${report.txid} is complete, but lacks ${lacking}`);
}
