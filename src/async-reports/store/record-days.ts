import { sql } from 'kysely';
import { isAccountNumber } from '../../domain/account.ts';
import type { RecordedDay } from '../../domain/recorded-day.ts';
import type { Database, Transaction } from './database.ts';
import type { DayRequest, RecordStore } from './record-store.ts';
import { removeUsageOfDay } from './recorded-rows.ts';
import { RECORD_VIEWS } from './record-tables.ts';
import { StoreError } from './store-error.ts';
import type { DayRequestRow, RecordedDayRow } from './tables.ts';

/** The notification topic of recorded days. */
const TOPIC = 'recorded days';

type Days = Pick<RecordStore, 'createViews' | 'listDays' | 'onChange' | 'listRequests' | 'note' | 'drop' | 'finish'>;

/** Notes which days are being recorded, and which are. */
export function createRecordDays(database: Database): Days {
  return {
    createViews: () =>
      database.write(async ({ tables }) => {
        for (const statement of RECORD_VIEWS[database.dialect]) await sql.raw(statement).execute(tables);
      }),
    listDays: () =>
      database.readOwn(async (tables) => {
        const rows = await tables.selectFrom('recorded_days').selectAll().execute();
        return rows.map(toDay);
      }),
    onChange: (listener) => database.subscribe(TOPIC, listener),
    listRequests: (accountNumber) =>
      database.readOwn(async (tables) => {
        const rows = await tables
          .selectFrom('record_requests')
          .selectAll()
          .where('account_number', '=', accountNumber)
          .execute();
        return rows.map(toRequest);
      }),
    async note(request, endedTxid = null) {
      if (await database.write((transaction) => removeOtherZone(transaction, request)))
        await removeUsageOfDay(database, request.accountNumber, request.day);
      await database.write(async (transaction) => {
        const row = toRequestRow(request);
        forget(transaction, endedTxid);
        await transaction.tables
          .insertInto('record_requests')
          .values(row)
          .onConflict((conflict) => conflict.columns(['account_number', 'day']).doUpdateSet(row))
          .execute();
      });
    },
    async drop({ accountNumber, day }) {
      const isRecorded = await database.readOwn((tables) =>
        tables
          .selectFrom('recorded_days')
          .select('day')
          .where('account_number', '=', accountNumber)
          .where('day', '=', day)
          .executeTakeFirst(),
      );
      if (isRecorded === undefined) await removeUsageOfDay(database, accountNumber, day);
      await database.write((transaction) => dropRequest(transaction, { accountNumber, day }));
    },
    finish: (day, endedTxid = null) =>
      database.write(async (transaction) => {
        const { accountNumber, zoneName, recordedAtMs, devices, missingDevices, mayBeCapped, revised } = day;
        forget(transaction, endedTxid);
        const row = {
          account_number: accountNumber,
          day: day.day,
          zone: zoneName,
          recorded_at: recordedAtMs,
          devices,
          missing_devices: missingDevices,
          may_be_capped: mayBeCapped ? 1 : 0,
          revised: revised ? 1 : 0,
        };
        await transaction.tables
          .insertInto('recorded_days')
          .values(row)
          .onConflict((conflict) => conflict.columns(['account_number', 'day']).doUpdateSet(row))
          .execute();
        await dropRequest(transaction, day);
        announceDays(transaction);
      }),
  };
}

/** Tells every process that recorded days have changed. */
export function announceDays({ notify }: Transaction): void {
  notify(TOPIC);
}

/** A report that is forgotten has no readers. Whoever removes expired data removes it, if nobody does so before. */
function forget({ tables, later }: Transaction, txid: string | null): void {
  if (txid !== null) later(tables.updateTable('requests').set({ stage: 'forgotten' }).where('txid', '=', txid));
}

/** Takes back that a day is recorded, or being recorded, if that is in another zone. Returns whether it was. */
async function removeOtherZone(
  transaction: Transaction,
  { accountNumber, day, zoneName }: DayRequest,
): Promise<boolean> {
  let removed = 0;
  for (const table of ['recorded_days', 'record_requests'] as const) {
    const rows = await transaction.tables
      .deleteFrom(table)
      .where('account_number', '=', accountNumber)
      .where('day', '=', day)
      .where('zone', '!=', zoneName)
      .returning('day')
      .execute();
    removed += rows.length;
  }
  if (removed > 0) announceDays(transaction);
  return removed > 0;
}

async function dropRequest(
  { tables }: Transaction,
  { accountNumber, day }: Pick<DayRequest, 'accountNumber' | 'day'>,
): Promise<void> {
  await tables
    .deleteFrom('record_requests')
    .where('account_number', '=', accountNumber)
    .where('day', '=', day)
    .execute();
}

function toDay(row: RecordedDayRow): RecordedDay {
  if (!isAccountNumber(row.account_number)) throw new StoreError('FAILED');
  return {
    accountNumber: row.account_number,
    day: row.day,
    zoneName: row.zone,
    recordedAtMs: row.recorded_at,
    devices: row.devices,
    missingDevices: row.missing_devices,
    mayBeCapped: row.may_be_capped === 1,
    revised: row.revised === 1,
  };
}

function toRequest(row: DayRequestRow): DayRequest {
  if (!isAccountNumber(row.account_number)) throw new StoreError('FAILED');
  return {
    accountNumber: row.account_number,
    day: row.day,
    zoneName: row.zone,
    part: row.part,
    afterImei: row.after_imei,
    txid: row.txid,
    attempts: row.attempts,
    retryAtMs: row.retry_at,
    failedDevices: row.failed_devices,
    wholeDevices: row.whole_devices,
  };
}

function toRequestRow(request: DayRequest): DayRequestRow {
  return {
    account_number: request.accountNumber,
    day: request.day,
    zone: request.zoneName,
    part: request.part,
    after_imei: request.afterImei,
    txid: request.txid,
    attempts: request.attempts,
    retry_at: request.retryAtMs,
    failed_devices: request.failedDevices,
    whole_devices: request.wholeDevices,
  };
}
