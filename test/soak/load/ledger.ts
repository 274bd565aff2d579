import type { AskedWindow } from '../oracle.ts';

/** An asynchronous report that a caller wants. */
export interface Wanted {
  readonly key: string;
  readonly imeis: readonly string[];
  readonly window: AskedWindow;
}

export interface Accepted extends Wanted {
  readonly txid: string;
}

/** Which reports were asked for, and which of them the server said it had taken: none of those may be lost. */
export interface Ledger {
  /** Notes an accepted report; returns what is wrong with its transaction id, or null. */
  accept(wanted: Wanted, txid: string): string | null;
  /** Notes one that failed, to be asked for again with its key. */
  refuse(wanted: Wanted): void;
  accepted(): readonly Accepted[];
  /** One that failed before, taken from the list; null where there is none. */
  takeRefused(): Wanted | null;
}

const REMEMBERED_REFUSALS = 50;

export function createLedger(): Ledger {
  const byKey = new Map<string, Accepted>();
  const keyOfTxid = new Map<string, string>();
  const refused: Wanted[] = [];
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
    refuse(wanted) {
      refused.push(wanted);
      if (refused.length > REMEMBERED_REFUSALS) refused.shift();
    },
    accepted: () => [...byKey.values()],
    takeRefused: () => refused.shift() ?? null,
  };
}
