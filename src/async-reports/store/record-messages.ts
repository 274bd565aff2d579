import type { ReceivedMessage } from '../async-report.ts';
import { toReportTopic } from '../idempotency.ts';
import { groupByTxid, mergeByDevice } from '../messages.ts';
import { toArrived } from '../progress.ts';
import { type Database, type Transaction, addToCounter } from './database.ts';
import { upsertArrivals } from './device-rows.ts';
import { toReportedError } from './driver-error.ts';
import { lockOrCreateReports, toProgressColumns, toReportProgress, updateReport } from './report-rows.ts';
import type { RecordOutcome, ReportStore } from './store.ts';
import type { StoreError } from './store-error.ts';
import { makeRoomForUnknown, type UnknownLimits } from './unknown-transactions.ts';

export interface RecordOptions {
  readonly database: Database;
  readonly quietMs: number;
  readonly unknownLimits: UnknownLimits;
  /** Called if old unknown messages could not be removed. */
  readonly onFailure: (error: StoreError) => void;
}

/** Records batches of messages. If too many of them are for unknown transactions, it then removes the oldest of those. */
export function createRecordMessages(options: RecordOptions): ReportStore['recordMessages'] {
  const { database, quietMs, unknownLimits, onFailure } = options;
  return async (messages) => {
    if (messages.length === 0) return { fresh: 0, repeated: 0, unknown: 0 };
    const outcome = await database.write((transaction) => record(transaction, messages, quietMs));
    if (outcome.unknown > 0) {
      // The messages are committed already. If this fails, the next unknown message tries again.
      await makeRoomForUnknown(database, unknownLimits).catch((error: unknown) => onFailure(toReportedError(error)));
    }
    return outcome;
  };
}

async function record(
  transaction: Transaction,
  messages: readonly ReceivedMessage[],
  quietMs: number,
): Promise<RecordOutcome> {
  const groups = groupByTxid(messages);
  const firstHeardAtMs = new Map([...groups].map(([txid, group]) => [txid, toFirstMs(group)]));
  let fresh = 0;
  let unknown = 0;
  for (const row of await lockOrCreateReports(transaction, firstHeardAtMs)) {
    const arrivals = mergeByDevice(groups.get(row.txid) ?? [], row.sole_device);
    const change = await upsertArrivals(transaction, row, arrivals);
    if (change.changedRows === 0) continue;
    const progress = toArrived(toReportProgress(row), change, quietMs);
    updateReport(transaction, row.txid, {
      ...toProgressColumns(progress),
      last_seq: row.last_seq + arrivals.length,
    });
    transaction.notify(toReportTopic(row.txid));
    fresh += change.changedRows;
    if (row.stage !== 'known') unknown += change.changedRows;
  }
  if (unknown > 0) await addToCounter(transaction, 'unknown messages', unknown);
  return { fresh, repeated: messages.length - fresh, unknown };
}

function toFirstMs(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((first, { receivedAtMs }) => Math.min(first, receivedAtMs), Infinity);
}
