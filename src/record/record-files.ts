import type { Column, Row } from '../async-reports/downloads/file-format.ts';
import { readRangeId, type RecordedRange } from '../async-reports/downloads/recorded-range.ts';
import type { DownloadSource } from '../async-reports/downloads/stream-download.ts';
import type { RecordStore, UsageOfDay } from '../async-reports/store/record-store.ts';
import { maySeeRecord } from '../domain/access.ts';
import { toMonths } from './read-daily.ts';
import type { RecordedDays } from './recorded-days.ts';

export interface RecordFilesOptions {
  readonly record: Pick<RecordStore, 'readPage'>;
  readonly days: Pick<RecordedDays, 'find'>;
  readonly zoneName: string;
}

const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'DATE' },
  { name: 'timeZone', type: 'TEXT' },
  { name: 'accountNumber', type: 'IDENTIFIER' },
  { name: 'imei', type: 'IDENTIFIER' },
  { name: 'numberOfSessions', type: 'INT32' },
  { name: 'bytesTransferred', type: 'INT64' },
];
/** As many rows as a piece of a file has. */
const ROWS_PER_PAGE = 2_000;

/** Finds the recorded usage of days as files: by month, then IMEI, then day. Days that are not recorded have no rows. */
export function createRecordFiles({ record, days, zoneName }: RecordFilesOptions): DownloadSource {
  const listRecorded = ({ accountNumber, first, last }: RecordedRange): Map<number, number> => {
    const recorded = new Map<number, number>();
    for (let day = first; day <= last; day += 1) {
      const found = days.find(accountNumber, day);
      if (found !== null) recorded.set(day, found.devices);
    }
    return recorded;
  };

  async function* readRows(
    accountNumber: RecordedRange['accountNumber'],
    recorded: ReadonlyMap<number, number>,
  ): AsyncGenerator<readonly Row[]> {
    for (const month of toMonths([...recorded.keys()])) {
      for (let after: UsageOfDay | null = null; ;) {
        const page: readonly UsageOfDay[] = await record.readPage({
          accountNumber,
          days: month,
          after,
          limit: ROWS_PER_PAGE,
        });
        // Usage of a day that is being recorded is not complete, also if the day is done in the meantime.
        yield page
          .filter(({ day }) => recorded.has(day))
          .map(({ day, imei, numberOfSessions, bytesTransferred }) => [
            day,
            zoneName,
            accountNumber,
            imei,
            numberOfSessions,
            bytesTransferred,
          ]);
        after = page.at(-1) ?? null;
        if (after === null || page.length < ROWS_PER_PAGE) break;
      }
    }
    // A day that is removed meanwhile can lack rows, and nobody could tell.
    for (const day of recorded.keys())
      if (days.find(accountNumber, day) === null) throw new Error('a day was removed while it was downloaded');
  }

  return {
    find(id) {
      const range = readRangeId(id);
      const recorded = range === null ? new Map<number, number>() : listRecorded(range);
      if (range === null || recorded.size === 0) return Promise.resolve(null);
      const { accountNumber } = range;
      return Promise.resolve({
        columns: COLUMNS,
        rowCount: [...recorded.values()].reduce((sum, devices) => sum + devices, 0),
        isVisibleTo: (access) => maySeeRecord(access, accountNumber),
        openRows: () => readRows(accountNumber, recorded),
      });
    },
    notFound: 'None of these days is recorded, or not any more. Query recordedDays for those that are.',
  };
}
