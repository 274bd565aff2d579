import { untilNextTurn } from '../../turns/next-turn.ts';
import { sql, type OnConflictBuilder } from 'kysely';
import { toErrorJson } from '../../domain/reported-twice.ts';
import { isNameless, type Arrival } from '../messages.ts';
import type { RowsChange } from '../progress.ts';
import type { Transaction } from './database.ts';
import { toChunks, OUTCOME, type DeviceRow, type ReportRow, type Tables } from './tables.ts';

/** The report that rows are written to. */
export type RowsTarget = Pick<ReportRow, 'txid' | 'last_seq' | 'stage' | 'expected_devices'>;

/** The change of a report, and the number of changed rows; 0 if every arrival was stored before. */
export interface UpsertedRows extends RowsChange {
  readonly changedRows: number;
}

/**
 * Upserts one row per arrival, and returns those that changed. Anything replaces a missing device, usage replaces an error, and two usages or two errors are merged.
 * Each device may occur only once in `arrivals`.
 */
export async function upsertArrivals(
  transaction: Transaction,
  report: RowsTarget,
  arrivals: readonly Arrival[],
): Promise<readonly ChangedRow[]> {
  const { txid, last_seq } = report;
  const isListed = namesItsDevices(report);
  const rows = arrivals.map((arrival, at) => toDeviceRow(txid, last_seq + 1 + at, arrival, isListed));
  const changed: ChangedRow[] = [];
  for (const chunk of toChunks(rows)) {
    changed.push(...(await upsert(transaction, chunk)));
    if (rows.length > chunk.length) await untilNextTurn();
  }
  return changed;
}

/** Returns the change of a report by its rows that changed. */
export function toChange(report: RowsTarget, changed: readonly ChangedRow[]): UpsertedRows {
  const isListed = namesItsDevices(report);
  const count = (matches: (row: ChangedRow) => boolean): number => changed.filter(matches).length;
  const isFailure = ({ device, expected }: ChangedRow): boolean => !isNameless(device) && (!isListed || expected === 1);
  const countErrors = (matches: (row: ChangedRow) => boolean): number =>
    count((row) => row.outcome === OUTCOME.error && matches(row)) -
    count((row) => row.previous_outcome === OUTCOME.error && matches(row));
  return {
    changedRows: changed.length,
    usageRows: count(({ outcome, previous_outcome }) => outcome === OUTCOME.usage && previous_outcome !== outcome),
    unexpectedDevices: count(
      ({ outcome, previous_outcome }) => outcome === OUTCOME.unexpected && previous_outcome !== outcome,
    ),
    failedDevices: countErrors(isFailure),
    otherErrors: countErrors((row) => !isFailure(row)),
    unexpectedErrors: countErrors((row) => !isFailure(row) && !isNameless(row.device)),
    accountedDevices: count(({ expected, previous_outcome }) => expected === 1 && previous_outcome === OUTCOME.missing),
    atMs: changed.reduce((latest, { received_at }) => Math.max(latest, received_at ?? 0), 0),
  };
}

/** If so, the requested devices have rows, and whatever has none was not requested. */
function namesItsDevices({ stage, expected_devices }: RowsTarget): boolean {
  return stage === 'known' && expected_devices !== null;
}

/** Stores which devices a report is about. A device that has arrived already keeps its result. */
export async function expectDevices({ tables }: Transaction, txid: string, devices: readonly string[]): Promise<void> {
  const rows = devices.map((device) => ({
    txid,
    device,
    expected: 1,
    outcome: OUTCOME.missing,
    previous_outcome: OUTCOME.missing,
    seq: 0,
  }));
  for (const chunk of toChunks(rows)) {
    await tables
      .insertInto('device_rows')
      .values(chunk)
      .onConflict((conflict) => conflict.columns(['txid', 'device']).doUpdateSet({ expected: 1 }))
      .execute();
  }
}

/** Marks usage that arrived before its report was accepted, and whose device was not requested. Returns the changes of counts. */
export async function separateUnexpected(
  { tables }: Transaction,
  txid: string,
): Promise<Pick<RowsChange, 'unexpectedDevices' | 'unexpectedErrors'>> {
  const unexpected = await tables
    .updateTable('device_rows')
    .set({ outcome: OUTCOME.unexpected })
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.usage)
    .where('expected', '=', 0)
    .returning('device')
    .execute();
  const errors = await tables
    .selectFrom('device_rows')
    .select('device')
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.error)
    .where('expected', '=', 0)
    .execute();
  return {
    unexpectedDevices: unexpected.length,
    unexpectedErrors: errors.filter(({ device }) => !isNameless(device)).length,
  };
}

/** A row that was inserted or updated. */
export type ChangedRow = Pick<
  DeviceRow,
  'txid' | 'device' | 'expected' | 'outcome' | 'previous_outcome' | 'received_at'
>;

function upsert({ tables }: Transaction, rows: readonly DeviceRow[]): Promise<ChangedRow[]> {
  return tables
    .insertInto('device_rows')
    .values(rows)
    .onConflict(onRepeatedDevice)
    .returning(['txid', 'device', 'expected', 'outcome', 'previous_outcome', 'received_at'])
    .execute();
}

/** What to do if the device has a row. */
export function onRepeatedDevice(conflict: OnConflictBuilder<Tables, 'device_rows'>) {
  return conflict
    .columns(['txid', 'device'])
    .doUpdateSet({
      outcome: RULES.outcome,
      previous_outcome: sql<number>`device_rows.outcome`,
      seq: RULES.seq,
      sessions: toLarger('sessions'),
      bytes: toLarger('bytes'),
      error_json: sql<string | null>`excluded.error_json`,
      received_at: sql<number>`excluded.received_at`,
    })
    .where(RULES.isChange);
}

/**
 * The rules of `reported-twice.ts`, with the SQL of the new outcome of a row. A comparison with null is never true, and an error has no
 * values. They are texts because Kysely builds the statement again for each commit.
 */
function toRules(newOutcome: string) {
  const { usage, error, unexpected } = OUTCOME;
  return {
    outcome: sql.raw<number>(newOutcome),
    // Merging does not move a row, so that no page passes over it or has it twice.
    seq: sql.raw<number>(`CASE WHEN device_rows.outcome = ${newOutcome} THEN device_rows.seq ELSE excluded.seq END`),
    isChange: sql.raw<boolean>(`CASE
  WHEN device_rows.outcome = excluded.outcome AND excluded.outcome = ${error} THEN
    LENGTH(excluded.error_json) > LENGTH(device_rows.error_json)
    OR (LENGTH(excluded.error_json) = LENGTH(device_rows.error_json) AND excluded.error_json < device_rows.error_json)
  WHEN device_rows.outcome = ${newOutcome} THEN
    excluded.sessions > COALESCE(device_rows.sessions, -1) OR excluded.bytes > COALESCE(device_rows.bytes, -1)
  ELSE device_rows.outcome NOT IN (${usage}, ${unexpected})
END`),
  };
}

/** If the report names its devices, usage arrives as unexpected (3), and that of a requested device becomes usage (1). */
const RULES = toRules('excluded.outcome - 2 * device_rows.expected * (excluded.outcome / 3)');

function toLarger(column: 'sessions' | 'bytes') {
  const [before, after] = [sql.ref(`device_rows.${column}`), sql.ref(`excluded.${column}`)];
  return sql<number | null>`CASE WHEN ${before} > COALESCE(${after}, -1) THEN ${before} ELSE ${after} END`;
}

/** A row to insert. */
export function toDeviceRow(txid: string, seq: number, { device, message }: Arrival, isListed: boolean): DeviceRow {
  const usage = isListed ? OUTCOME.unexpected : OUTCOME.usage;
  return {
    txid,
    device,
    expected: 0,
    outcome: message.kind === 'usage' ? usage : OUTCOME.error,
    previous_outcome: OUTCOME.missing,
    seq,
    sessions: message.kind === 'usage' ? message.numberOfSessions : null,
    bytes: message.kind === 'usage' ? message.bytesTransferred : null,
    error_json: message.kind === 'error' ? toErrorJson(message) : null,
    received_at: message.receivedAtMs,
  };
}
