import type { AskedWindow } from '../oracle.ts';

/** An asynchronous report that a caller requests. */
export interface Wanted {
  readonly key: string;
  readonly imeis: readonly string[];
  readonly window: AskedWindow;
}

export interface Accepted extends Wanted {
  readonly txid: string;
}

/** The requested reports, and those that the server accepted: none of these may be lost. */
export interface Ledger {
  /** Records an accepted report. Returns what is wrong with its transaction id, or null. */
  accept(wanted: Wanted, txid: string): string | null;
  /** Records a request that failed, so that it can be sent again with its key. */
  fail(wanted: Wanted): void;
  accepted(): readonly Accepted[];
  /** Removes and returns a request that failed before; null if there is none. */
  takeFailed(): Wanted | null;
}

const MAX_FAILED = 50;

export function createLedger(): Ledger {
  const byKey = new Map<string, Accepted>();
  const keyOfTxid = new Map<string, string>();
  const failed: Wanted[] = [];
  return {
    accept(wanted, txid) {
      const before = byKey.get(wanted.key);
      if (before !== undefined)
        return before.txid === txid ? null : `${wanted.key} led to ${before.txid} and to ${txid}`;
      const other = keyOfTxid.get(txid);
      if (other !== undefined) return `${txid} belongs to ${other} and to ${wanted.key}`;
      byKey.set(wanted.key, { ...wanted, txid });
      keyOfTxid.set(txid, wanted.key);
      return null;
    },
    fail(wanted) {
      failed.push(wanted);
      if (failed.length > MAX_FAILED) failed.shift();
    },
    accepted: () => [...byKey.values()],
    takeFailed: () => failed.shift() ?? null,
  };
}
