import type { RequestListener } from 'node:http';
import { createFleetFiles, createReportFiles } from '../async-reports/downloads/report-files.ts';
import {
  createDownloads,
  type DownloadsOptions,
  type DownloadSource,
} from '../async-reports/downloads/stream-download.ts';
import { createWait, type Clock } from '../domain/clock.ts';
import type { AsyncReports } from './async-reports.ts';
import type { Callers } from './callers.ts';
import type { StoreLog } from './store-log.ts';
import type { UsageRecord } from './usage-record.ts';

export interface DownloadListenerOptions extends Required<Pick<DownloadsOptions, 'compression' | 'logUnexpected'>> {
  readonly asyncReports: Pick<AsyncReports, 'store' | 'readQueue' | 'downloadLinks'>;
  /** Null if no usage is recorded. */
  readonly record: Pick<UsageRecord, 'files'> | null;
  readonly callers: Pick<Callers, 'guard' | 'principalOf' | 'cpuWaitMs' | 'protect'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly storeLog: Pick<StoreLog, 'failed'>;
}

const NO_RECORD: DownloadSource = {
  find: () => Promise.resolve(null),
  notFound: 'This server records no usage (RECORD=off).',
};

/** Creates the listener that serves the files of download links. */
export function createDownloadListener(options: DownloadListenerOptions): RequestListener {
  const { asyncReports, record, callers, compression, logUnexpected, clock, storeLog } = options;
  const { store, readQueue: queue, downloadLinks: links } = asyncReports;
  const { cpuWaitMs, principalOf } = callers;
  const wait = createWait(clock.after);
  const downloads = createDownloads({
    sources: { report: createReportFiles(store), fleet: createFleetFiles(store), record: record?.files ?? NO_RECORD },
    queue,
    links,
    accessOf: callers.guard.accessOf,
    principalOf,
    async pause(request, signal) {
      const milliseconds = cpuWaitMs?.(request) ?? 0;
      if (milliseconds > 0) await wait(milliseconds, signal);
    },
    compression,
    logUnexpected,
    logStoreFailure: storeLog.failed,
  });
  return callers.protect(downloads);
}
