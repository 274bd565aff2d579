import { sql } from 'kysely';
import type { AsyncReportStatus } from '../async-report.ts';
import type { Database } from './database.ts';
import { hasStatus } from './list-pages.ts';
import type { ReportStore } from './store.ts';

export interface StatusCountsOptions {
  readonly database: Database;
  readonly now: () => number;
}

/** Counts the reports of all accounts by their status as of now. */
export function createStatusCounts({ database, now }: StatusCountsOptions): Pick<ReportStore, 'countByStatus'> {
  return {
    async countByStatus(sinceMs) {
      const nowMs = now();
      const status = sql<AsyncReportStatus>`CASE
        WHEN ${hasStatus('COMPLETED', nowMs)} THEN 'COMPLETED'
        WHEN ${hasStatus('EXPIRED', nowMs)} THEN 'EXPIRED'
        WHEN ${hasStatus('RECEIVING', nowMs)} THEN 'RECEIVING'
        ELSE 'QUEUED' END`.as('status');
      const rows = await database.read((tables) =>
        tables
          .selectFrom('requests')
          .select((eb) => [status, eb.fn.countAll<number>().as('reports'), eb.fn.min('requested_at').as('oldest')])
          .where('stage', '=', 'known')
          .where('requested_at', '>=', sinceMs)
          .groupBy('status')
          .execute(),
      );
      const counts = { QUEUED: 0, RECEIVING: 0, COMPLETED: 0, EXPIRED: 0 };
      for (const row of rows) counts[row.status] = row.reports;
      const open = rows.filter((row) => row.status === 'QUEUED' || row.status === 'RECEIVING');
      return { counts, oldestOpenMs: open.length === 0 ? null : Math.min(...open.map(({ oldest }) => oldest)) };
    },
  };
}
