import { RIGHT, wrong, type Checked } from '../load/outcome.ts';
import type { Accepted } from '../load/ledger.ts';
import type { Oracle } from '../oracle.ts';

/** One device of a report that arrived, as a page or a download tells it. */
export interface StoredRow {
  readonly imei: string | null;
  /** Null for a device that the platform could not report. */
  readonly figures: { readonly numberOfSessions: number; readonly bytesTransferred: number } | null;
}

/** Compares what has arrived of a report with what the platform sends for it; whole says that nothing may be missing. */
export function checkStored(rows: readonly StoredRow[], report: Accepted, isWhole: boolean, oracle: Oracle): Checked {
  const seen = new Set<string>();
  const nowMs = Date.now();
  for (const { imei, figures } of rows) {
    if (imei === null || !report.imeis.includes(imei))
      return wrong(`${report.txid} has a device that was not asked for`);
    if (seen.has(imei)) return wrong(`${report.txid} has ${imei} twice`);
    seen.add(imei);
    const truth = oracle.truthOf(imei, report.window, nowMs, nowMs);
    const isRight =
      truth.kind === 'usage'
        ? figures?.numberOfSessions === truth.least.numberOfSessions &&
          figures.bytesTransferred === truth.least.bytesTransferred
        : figures === null;
    if (!isRight)
      return wrong(`${report.txid} tells ${JSON.stringify(figures)} of ${imei}, not ${JSON.stringify(truth)}`);
  }
  const lacking = isWhole ? report.imeis.find((imei) => !seen.has(imei)) : undefined;
  return lacking === undefined ? RIGHT : wrong(`${report.txid} is complete, and lacks ${lacking}`);
}
