import { sql, type Updateable } from 'kysely';
import type { Imei } from '../../domain/imei.ts';
import type { Repeat } from '../fleet.ts';
import type { Database, Transaction } from './database.ts';
import { toNewPart } from './device-lists.ts';
import type { FleetStore } from './fleet-store.ts';
import type { FleetPartRow, FleetReportRow } from './fleet-tables.ts';
import { OPENED, toFleetTopic } from './fleet-topics.ts';
import { readImei } from './stored-rows.ts';

export interface FleetPartsOptions {
  readonly database: Database;
  readonly now: () => number;
}

type FleetParts = Pick<
  FleetStore,
  | 'beginPart'
  | 'acceptPart'
  | 'repeatPart'
  | 'endPart'
  | 'addRound'
  | 'noteMerged'
  | 'noteTotals'
  | 'cancel'
  | 'close'
  | 'imeisOf'
>;

/** Notes what becomes of the parts of fleet reports. Each change is a commit of its own, so that a server that ends loses none. */
export function createFleetParts({ database, now }: FleetPartsOptions): FleetParts {
  /** Changes a part of a report, and tells its readers if they see it. Returns what it was before; null if nothing was changed. */
  const change = (
    id: string,
    part: number,
    toColumns: (before: FleetPartRow) => Updateable<FleetPartRow> | null,
    isVisible = true,
  ): Promise<Changed | null> =>
    database.write(async (transaction) => {
      const fleet = await lockFleet(transaction, id);
      if (fleet === undefined) return null;
      const before = await transaction.tables
        .selectFrom('fleet_parts')
        .selectAll()
        .where('upload', '=', fleet.upload)
        .where('part', '=', part)
        .executeTakeFirst();
      if (before === undefined) return null;
      const columns = toColumns(before);
      if (columns === null) return null;
      await transaction.tables
        .updateTable('fleet_parts')
        .set(columns)
        .where('upload', '=', fleet.upload)
        .where('part', '=', part)
        .execute();
      if (isVisible) await revise(transaction, id, {});
      return { before, fleet };
    });

  return {
    async beginPart(id, part) {
      const begun = await change(id, part, ({ stage }) =>
        stage === 'waiting' || stage === 'sending' ? { stage: 'sending', began_at: now() } : null,
      );
      if (begun === null) return null;
      const { before, fleet } = begun;
      return { imeis: toImeis(before.imeis), attempt: before.attempt, isCancelled: fleet.cancelled_at !== null };
    },
    async acceptPart(id, part, txid) {
      await change(id, part, () => ({ stage: 'sent', txid, imeis: '' }));
    },
    async repeatPart(id, part, repeat) {
      await change(id, part, ({ attempt, uncertain_json }) => ({
        attempt: attempt + 1,
        uncertain_json: JSON.stringify([...readRepeats(uncertain_json), repeat]),
      }));
    },
    async endPart(id, part, failure) {
      await change(id, part, () =>
        failure === null
          ? { stage: 'cancelled' }
          : { stage: 'rejected', failure_json: JSON.stringify({ code: failure.code, message: failure.message }) },
      );
    },
    async addRound(id, round, parts) {
      await database.write(async (transaction) => {
        const fleet = await lockFleet(transaction, id);
        if (fleet === undefined || fleet.cancelled_at !== null) return;
        const { upload } = fleet;
        const { rounds, last } = await transaction.tables
          .selectFrom('fleet_parts')
          .select((eb) => [eb.fn.max<number>('round').as('rounds'), eb.fn.max<number>('part').as('last')])
          .where('upload', '=', upload)
          .executeTakeFirstOrThrow();
        if (rounds >= round) return;
        const rows = parts.map((imeis, at) =>
          toNewPart({
            ...{ upload, part: last + 1 + at, round, created_at: now() },
            imeis: imeis.join('\n'),
            devices: imeis.length,
          }),
        );
        await transaction.tables.insertInto('fleet_parts').values(rows).execute();
        await revise(transaction, id, {});
      });
    },
    async noteMerged(id, part, revision) {
      await change(id, part, () => ({ merged_revision: revision }), false);
    },
    async noteTotals(id, part, revision, totals) {
      const columns = { totals_json: JSON.stringify(totals), totals_revision: revision };
      await change(id, part, () => columns, false);
    },
    async cancel(id) {
      await database.write(async (transaction) => {
        const fleet = await lockFleet(transaction, id);
        if (fleet === undefined || fleet.cancelled_at !== null) return;
        const cancelled = await transaction.tables
          .updateTable('fleet_parts')
          .set({ stage: 'cancelled' })
          .where('upload', '=', fleet.upload)
          .where('stage', '=', 'waiting')
          .returning('part')
          .execute();
        if (cancelled.length > 0) await revise(transaction, id, { cancelled_at: now() });
        transaction.notify(OPENED);
      });
    },
    async close(id) {
      await database.write((transaction) => revise(transaction, id, { is_open: 0 }));
    },
    imeisOf: (id, part) =>
      database.read(async (tables) => {
        const row = await tables
          .selectFrom('fleet_parts')
          .select('imeis')
          .where('upload', '=', (query) => query.selectFrom('fleet_reports').select('upload').where('id', '=', id))
          .where('part', '=', part)
          .executeTakeFirst();
        return toImeis(row?.imeis ?? '');
      }),
  };
}

interface Changed {
  readonly before: FleetPartRow;
  readonly fleet: FleetReportRow;
}

/** Finds a report, locked until the commit. */
function lockFleet({ tables, locksRows }: Transaction, id: string): Promise<FleetReportRow | undefined> {
  return tables
    .selectFrom('fleet_reports')
    .selectAll()
    .where('id', '=', id)
    .$if(locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
}

async function revise(transaction: Transaction, id: string, columns: Updateable<FleetReportRow>): Promise<void> {
  await transaction.tables
    .updateTable('fleet_reports')
    .set({ ...columns, revision: sql<number>`revision + 1` })
    .where('id', '=', id)
    .execute();
  transaction.notify(toFleetTopic(id));
}

/** Reads the requests of a part that got no usable response. */
export function readRepeats(json: string): Repeat[] {
  return JSON.parse(json) as Repeat[];
}

function toImeis(text: string): Imei[] {
  return text === '' ? [] : text.split('\n').map(readImei);
}
