import { untilNextTurn } from '../../turns/next-turn.ts';
import type { ReceivedMessage } from '../async-report.ts';
import { toReportTopic } from '../idempotency.ts';
import { groupByTxid, mergeByDevice } from '../messages.ts';
import { toArrived } from '../progress.ts';
import { type Database, type Transaction, addToCounter } from './database.ts';
import { toChange, upsertArrivals } from './device-rows.ts';
import { isPlain, upsertKnown } from './known-rows.ts';
import { boundNamelessErrors } from './nameless-errors.ts';
import { lockOrCreateReports, lockReports, toProgressColumns, toReportProgress, updateReport } from './report-rows.ts';
import type { RecordOutcome, ReportStore } from './store.ts';
import { refuseUnknown, toUnknownBytes } from './unknown-transactions.ts';

export interface RecordOptions {
  readonly database: Database;
  readonly quietMs: number;
  /** Approximate bytes that all unknown transactions may take together. */
  readonly unknownMaxBytes: number;
}

interface RecordLimits {
  readonly quietMs: number;
  readonly unknownMaxBytes: number;
}

/** Records batches of messages. Refuses those of unknown transactions for which there is no room. */
export function createRecordMessages({
  database,
  quietMs,
  unknownMaxBytes,
}: RecordOptions): ReportStore['recordMessages'] {
  return async (messages, room = 'limited') => {
    if (messages.length === 0) return { fresh: 0, repeated: 0, unknown: 0, refused: new Set() };
    const limits = { quietMs, unknownMaxBytes: room === 'limited' ? unknownMaxBytes : Infinity };
    return database.write((transaction) => record(transaction, messages, limits));
  };
}

/** Transactions that are recorded before the event loop runs other work. Each takes about 0.2 ms in SQLite. */
const ROWS_PER_TURN = 50;

async function record(
  transaction: Transaction,
  messages: readonly ReceivedMessage[],
  { quietMs, unknownMaxBytes }: RecordLimits,
): Promise<RecordOutcome> {
  const groups = groupByTxid(messages);
  const firstHeardAtMs = new Map([...groups].map(([txid, group]) => [txid, toFirstMs(group)]));
  const merged = new Map([...groups].map(([txid, group]) => [txid, mergeByDevice(group)]));
  let fresh = 0;
  let unknown = 0;
  const plain = new Map([...merged].filter(([, arrivals]) => isPlain(arrivals)));
  // Sent together: on PostgreSQL that saves a round trip.
  const [locked, changed] = await Promise.all([
    lockReports(transaction, [...groups.keys()]),
    upsertKnown(transaction, plain),
  ]);
  const upserted = new Set(locked.filter(({ stage, txid }) => stage === 'known' && plain.has(txid)).map(toTxid));
  const rows = locked.length === groups.size ? locked : await lockOrCreateReports(transaction, firstHeardAtMs);
  const refused = await refuseUnknown(transaction, rows, groups, unknownMaxBytes);
  let recorded = 0;
  let leftOut = 0;
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_PER_TURN === ROWS_PER_TURN - 1) await untilNextTurn();
    if (refused.has(row.txid)) continue;
    recorded += groups.get(row.txid)?.length ?? 0;
    const received = merged.get(row.txid) ?? [];
    const isUpserted = upserted.has(row.txid);
    const arrivals = isUpserted ? received : await boundNamelessErrors(transaction, row, received);
    leftOut += received.length - arrivals.length;
    const others = isUpserted ? [] : await upsertArrivals(transaction, row, arrivals);
    const change = toChange(row, [...(changed.get(row.txid) ?? []), ...others]);
    if (change.changedRows === 0) continue;
    const progress = toArrived(toReportProgress(row), change, quietMs);
    updateReport(transaction, row.txid, {
      ...toProgressColumns(progress),
      last_seq: row.last_seq + arrivals.length,
      unknown_bytes: toUnknownBytes(row, arrivals, change),
    });
    transaction.notify(toReportTopic(row.txid));
    fresh += change.changedRows;
    if (row.stage !== 'known') unknown += change.changedRows;
  }
  if (unknown > 0) await addToCounter(transaction, 'unknown messages', unknown);
  if (leftOut > 0) await addToCounter(transaction, 'errors left out', leftOut);
  return { fresh, repeated: recorded - fresh, unknown, refused };
}

function toTxid({ txid }: { readonly txid: string }): string {
  return txid;
}

function toFirstMs(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((first, { receivedAtMs }) => Math.min(first, receivedAtMs), Infinity);
}
