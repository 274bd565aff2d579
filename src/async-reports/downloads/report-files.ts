import { maySeeReport } from '../../domain/access.ts';
import type { AsyncReport } from '../async-report.ts';
import { toSentParts } from '../fleet.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { ReportStore } from '../store/store.ts';
import type { Row } from './file-format.ts';
import { RESULT_COLUMNS, toResultRow } from './result-rows.ts';
import type { DownloadFile, DownloadSource } from './stream-download.ts';

type Results = Pick<ReportStore, 'results'>;

/** Finds the complete results of asynchronous reports, by transaction id. */
export function createReportFiles(store: Results & Pick<ReportStore, 'find'>): DownloadSource {
  return {
    async find(txid) {
      const report = await store.find(txid, null);
      return report === null ? null : toFile(store, report, [report]);
    },
    notFound: 'This report is no longer stored. Start it again with requestAggregatedReport.',
  };
}

/** Finds the results of fleet reports, all parts as one. */
export function createFleetFiles(store: Results & { readonly fleets: Pick<FleetStore, 'find'> }): DownloadSource {
  return {
    async find(id) {
      const fleet = await store.fleets.find(id);
      if (fleet === null) return null;
      return toFile(
        store,
        fleet,
        toSentParts(fleet.parts).map(({ report }) => report),
      );
    },
    notFound: 'This report is no longer stored. Start it again with requestFleetReport.',
  };
}

type Part = Pick<AsyncReport, 'txid' | 'expectedDevices'>;

function toFile(
  store: Results,
  { accountNumber, owner }: Pick<AsyncReport, 'accountNumber' | 'owner'>,
  parts: readonly Part[],
): DownloadFile {
  return {
    columns: RESULT_COLUMNS,
    isVisibleTo: (access) => maySeeReport(access, { accountNumber, owner }),
    async *openRows(): AsyncGenerator<readonly Row[]> {
      for (const { txid, expectedDevices } of parts) {
        for await (const results of store.results(txid, expectedDevices !== null))
          yield results.map((result) => toResultRow(result, accountNumber));
      }
    },
  };
}
