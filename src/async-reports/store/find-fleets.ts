import type { Kysely } from 'kysely';
import { isAccountNumber } from '../../domain/account.ts';
import type { UsageTotals } from '../../domain/usage-totals.ts';
import { toAsyncReport, type AsyncReport } from '../async-report.ts';
import {
  FLEET_STATUSES,
  toFleetReport,
  type Fleet,
  type FleetPart,
  type FleetStatus,
  type PartFailure,
} from '../fleet.ts';
import type { Database } from './database.ts';
import { readRepeats } from './fleet-parts.ts';
import type { FleetStore } from './fleet-store.ts';
import type { FleetPartRow, FleetReportRow } from './fleet-tables.ts';
import { OPENED, toFleetTopic } from './fleet-topics.ts';
import { toAsyncReportState } from './report-rows.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

export interface FindFleetsOptions {
  readonly database: Database;
  readonly now: () => number;
}

type FindFleets = Pick<FleetStore, 'find' | 'findOwn' | 'openIds' | 'onOpened' | 'subscribe' | 'countByStatus'>;

/** Everything of a part but its IMEIs, which can have 160 kB. */
const PART_COLUMNS = [
  ...([
    'part',
    'round',
    'devices',
    'first_imei',
    'stage',
    'began_at',
    'txid',
    'uncertain_json',
    'failure_json',
  ] as const),
  ...(['totals_json', 'totals_revision', 'merged_revision'] as const),
] as const;

/** Finds fleet reports, each with its parts and their reports as of now. */
export function createFindFleets({ database, now }: FindFleetsOptions): FindFleets {
  const read = async (tables: Kysely<Tables>, id: string): Promise<Fleet | null> => {
    // Neither database can store NUL in text.
    if (id.includes('\0')) return null;
    const fleet = await tables.selectFrom('fleet_reports').selectAll().where('id', '=', id).executeTakeFirst();
    if (fleet === undefined) return null;
    const [found = null] = await readFleets(tables, [fleet], now());
    return found;
  };
  return {
    find: (id) => database.read((tables) => read(tables, id)),
    findOwn: (id) => database.readOwn((tables) => read(tables, id)),
    openIds: () =>
      database.readOwn(async (tables) => {
        const rows = await tables
          .selectFrom('fleet_reports')
          .select('id')
          .where('is_open', '=', 1)
          .orderBy('requested_at')
          .orderBy('id')
          .execute();
        return rows.map(({ id }) => id);
      }),
    onOpened: (listener) => database.subscribe(OPENED, listener),
    subscribe: (id, listener) => database.subscribe(toFleetTopic(id), listener),
    async countByStatus(sinceMs) {
      const counts = Object.fromEntries(FLEET_STATUSES.map((status) => [status, 0])) as Record<FleetStatus, number>;
      const fleets = await database.read((tables) =>
        tables.selectFrom('fleet_reports').selectAll().where('requested_at', '>=', sinceMs).execute(),
      );
      // One by one, so that no read is long.
      for (const fleet of fleets) {
        const [found] = await database.read((tables) => readFleets(tables, [fleet], now()));
        if (found !== undefined) counts[toFleetReport(found).status] += 1;
      }
      return counts;
    },
  };
}

/** Reads the parts of these reports, and their reports as of now. Returns the reports in the same order. */
export async function readFleets(
  tables: Kysely<Tables>,
  fleets: readonly FleetReportRow[],
  nowMs: number,
): Promise<readonly Fleet[]> {
  if (fleets.length === 0) return [];
  const uploads = fleets.map(({ upload }) => upload);
  const rows = await tables
    .selectFrom('fleet_parts')
    .select(['upload', ...PART_COLUMNS])
    .where('upload', 'in', uploads)
    .orderBy('part')
    .execute();
  const reports = await readReports(tables, uploads, nowMs);
  const partsOf = new Map<string, FleetPart[]>(uploads.map((upload) => [upload, []]));
  for (const row of rows)
    partsOf.get(row.upload)?.push(toPart(row, row.txid === null ? null : (reports.get(row.txid) ?? null)));
  return fleets.map((fleet) => toFleet(fleet, partsOf.get(fleet.upload) ?? []));
}

function toFleet(row: FleetReportRow, parts: readonly FleetPart[]): Fleet {
  const { account_number: accountNumber } = row;
  if (!isAccountNumber(accountNumber)) throw new StoreError('FAILED');
  return {
    id: row.id,
    accountNumber,
    owner: row.owner,
    principal: row.principal,
    inputJson: row.input_json,
    requestedAtMs: row.requested_at,
    cancelledAtMs: row.cancelled_at,
    partsPerMinute: row.parts_per_minute,
    ownRevision: row.revision,
    parts: parts.filter(({ round }) => round === 0),
    repeated: parts.filter(({ round }) => round > 0),
  };
}

/** The reports of the parts of these uploads, by txid. */
async function readReports(
  tables: Kysely<Tables>,
  uploads: readonly string[],
  nowMs: number,
): Promise<Map<string, AsyncReport>> {
  const rows = await tables
    .selectFrom('requests')
    .selectAll()
    // Without their stage: SQLite would take an index that begins with it, and go through all reports.
    .where('txid', 'in', (query) => query.selectFrom('fleet_parts').select('txid').where('upload', 'in', uploads))
    .execute();
  const known = rows.filter(({ stage }) => stage === 'known');
  return new Map(known.map((row) => [row.txid, toAsyncReport(toAsyncReportState(row), nowMs)]));
}

function toPart(row: Pick<FleetPartRow, (typeof PART_COLUMNS)[number]>, report: AsyncReport | null): FleetPart {
  const hasTotals = row.totals_json !== null && row.totals_revision === report?.revision;
  return {
    part: row.part,
    round: row.round,
    devices: row.devices,
    firstImei: row.first_imei,
    stage: row.stage,
    beganAtMs: row.began_at,
    uncertain: readRepeats(row.uncertain_json),
    failure: row.failure_json === null ? null : (JSON.parse(row.failure_json) as PartFailure),
    totals: hasTotals ? (JSON.parse(row.totals_json ?? '') as UsageTotals) : null,
    mergedRevision: row.merged_revision,
    report,
  };
}
