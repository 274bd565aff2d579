import { sql, type RawBuilder } from 'kysely';
import { toAsyncReport, type AsyncReportStatus } from '../async-report.ts';
import { createCursorFormat, isNumberAndNamePosition, toPage } from './cursor.ts';
import type { Database } from './database.ts';
import { toAsyncReportState } from './report-rows.ts';
import type { AsyncReportFilter, ReportStore } from './store.ts';

const NEWEST_FIRST = createCursorFormat('requests', isNumberAndNamePosition);

export interface ReportListOptions {
  readonly database: Database;
  readonly now: () => number;
}

type ListReads = Pick<ReportStore, 'find' | 'list' | 'count' | 'countStored'>;

/** Finds one report, or lists and counts the reports of an account, each with its status as of now. */
export function createReportList({ database, now }: ReportListOptions): ListReads {
  return {
    async find(txid, accountNumber) {
      // Neither database can store NUL in text, and one of them would cut the text there.
      if (txid.includes('\0')) return null;
      const row = await database.read((tables) =>
        tables
          .selectFrom('requests')
          .selectAll()
          .where('txid', '=', txid)
          .where('stage', '=', 'known')
          .$if(accountNumber !== null, (query) => query.where('account_number', '=', accountNumber))
          .executeTakeFirst(),
      );
      return row === undefined ? null : toAsyncReport(toAsyncReportState(row), now());
    },
    list: (filter, { first, after }) =>
      database.read(async (tables) => {
        const nowMs = now();
        const [requestedAt, txid] = NEWEST_FIRST.read(after) ?? [null, null];
        const rows = await tables
          .selectFrom('requests')
          .selectAll()
          .where(isListed(filter, nowMs))
          .$if(requestedAt !== null, (query) =>
            query
              .where('requested_at', '<=', requestedAt)
              .where((eb) => eb.or([eb('requested_at', '<', requestedAt), eb('txid', '>', txid)])),
          )
          .orderBy('requested_at', 'desc')
          .orderBy('txid')
          .limit(first + 1)
          .execute();
        return toPage(
          rows,
          first,
          NEWEST_FIRST,
          (row) => [row.requested_at, row.txid] as const,
          (row) => toAsyncReport(toAsyncReportState(row), nowMs),
        );
      }),
    count: (filter) =>
      database.read(async (tables) => {
        const { requests } = await tables
          .selectFrom('requests')
          .select((eb) => eb.fn.countAll<number>().as('requests'))
          .where(isListed(filter, now()))
          .executeTakeFirstOrThrow();
        return requests;
      }),
    countStored: (accountNumber) =>
      database.read(async (tables) => {
        const { requests } = await tables
          .selectFrom('requests')
          .select((eb) => eb.fn.countAll<number>().as('requests'))
          .where('account_number', '=', accountNumber)
          .executeTakeFirstOrThrow();
        return requests;
      }),
  };
}

function isListed({ accountNumber, owner, status }: AsyncReportFilter, nowMs: number): RawBuilder<boolean> {
  const isOfAccount = sql<boolean>`stage = 'known' AND account_number = ${accountNumber} AND owner = ${owner}`;
  return status === null ? isOfAccount : sql<boolean>`${isOfAccount} AND ${hasStatus(status, nowMs)}`;
}

/** The same rules as `toStatus`, in SQL. */
export function hasStatus(status: AsyncReportStatus, nowMs: number): RawBuilder<boolean> {
  const completed = sql<boolean>`(whole_at IS NOT NULL OR (quiet_at IS NOT NULL AND quiet_at <= ${nowMs}))`;
  const arrived = sql<boolean>`(usage_rows + failed_devices + nameless_errors - unexpected_errors > 0)`;
  const expired = sql<boolean>`(expires_at <= ${nowMs} AND ((expected_devices IS NOT NULL AND filtered = 0) OR NOT ${arrived}))`;
  switch (status) {
    case 'COMPLETED':
      return completed;
    case 'EXPIRED':
      return sql`NOT ${completed} AND ${expired}`;
    case 'RECEIVING':
      return sql`NOT ${completed} AND NOT ${expired} AND ${arrived}`;
    case 'QUEUED':
      return sql`NOT ${completed} AND NOT ${expired} AND NOT ${arrived}`;
  }
}
