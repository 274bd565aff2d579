import type { DownloadSource } from '../async-reports/downloads/stream-download.ts';
import type { Reader } from '../async-reports/reads/shared-reads.ts';
import { StoreError } from '../async-reports/store/store-error.ts';
import type { Config } from '../config/config.ts';
import type { AccountNumber } from '../domain/account.ts';
import type { Clock } from '../domain/clock.ts';
import { ReportError } from '../domain/errors.ts';
import type { RecordStatus } from '../domain/server-status.ts';
import { toDate } from '../domain/time-zone.ts';
import type { Log } from '../log.ts';
import { createReadUsage } from '../record/read-usage.ts';
import { createRecordCalls } from '../record/record-calls.ts';
import { createRecordDay } from '../record/record-day.ts';
import { createRecordFiles } from '../record/record-files.ts';
import { openRecordedDays } from '../record/recorded-days.ts';
import { startRecorder } from '../record/recorder.ts';
import type { CallTotals } from '../reports/operation.ts';
import type { RecordedUsage } from '../usage-over-time/recorded-usage.ts';
import type { AsyncReports } from './async-reports.ts';
import type { PlatformReports } from './platform-reports.ts';

export interface UsageRecordOptions {
  readonly config: Pick<Config, 'record' | 'platform' | 'cache' | 'limits' | 'store'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly asyncReports: Pick<AsyncReports, 'store' | 'submitOnce' | 'readQueue'>;
  /** Reports through the server's own credentials. */
  readonly own: PlatformReports;
  /** The account that is recorded. */
  readonly accountNumber: AccountNumber;
  readonly totals: CallTotals;
}

/** The recorded usage, which goes on being recorded. */
export interface UsageRecord {
  /** Returns the recorded usage for an operation. The function tells who reads, and is called at the first read. */
  usageFor(toReader: () => Reader): RecordedUsage;
  /** The recorded usage as files. */
  readonly files: DownloadSource;
  status(): RecordStatus;
  /** Stops recording. Resolves when a current step has ended. */
  close(): Promise<void>;
}

/** Starts to record the days of an account. Rejects with StoreError. */
export async function startUsageRecord(options: UsageRecordOptions): Promise<UsageRecord> {
  const { config, clock, log, asyncReports, own, accountNumber, totals } = options;
  const { store, submitOnce, readQueue: queue } = asyncReports;
  const { recordZone: zone, recordMonths: months, recordCallsPerHour: callsPerHour } = config.record;
  const { settleAfterMs } = config.cache;
  const { now } = clock;
  const { record } = store;
  const stopping = new AbortController();
  const days = await openRecordedDays({ store: record, zoneName: zone.name, after: clock.after });
  const calls = createRecordCalls({
    ...own,
    accountNumber,
    submitOnce,
    mayListen: config.record.recordByCallbacks,
    maxBytes: config.limits.maxUpstreamBytes,
    totals,
    monotonic: clock.monotonic,
    signal: stopping.signal,
  });
  const shared = { record, calls, days, accountNumber, zone, settleAfterMs, now };
  const recordDay = createRecordDay({
    ...shared,
    reports: store,
    quietMs: config.store.quietMs,
    onRecorded: ({ day, devices, missingDevices, revised }) =>
      log[config.record.recordIsSample ? 'debug' : 'info'](
        { day: toDate(day), devices, missingDevices, revised },
        'recorded the usage of a day',
      ),
    onEmpty: (day) =>
      log.warn({ day: toDate(day) }, 'ThingSpace reported no device for a day; it is asked again later'),
  });
  const recorder = startRecorder({
    ...shared,
    recordDay,
    keyValues: store.keyValues,
    locks: store.locks,
    backfillDays: config.record.recordBackfillDays,
    months,
    callsPerHour,
    clock,
    onListening(isListening) {
      if (isListening || !config.record.recordByCallbacks) return;
      log.warn(
        'ThingSpace does not post the messages of this account here, so days are recorded by synchronous calls; register the server with the ' +
          'mutation registerCallbackListener, or an account whose answers are too large is not recorded',
      );
    },
    onFailure(error, day) {
      const at = day === null ? {} : { day: toDate(day) };
      const isExpected = error instanceof ReportError || error instanceof StoreError;
      if (isExpected)
        log.warn({ ...at, code: error.code }, `recording usage failed, and is tried again: ${error.message}`);
      else log.error({ ...at, err: error }, 'recording usage failed');
    },
  });
  const readUsage = createReadUsage({ record, days, queue, zone, settleAfterMs, now });
  return {
    usageFor: readUsage,
    files: createRecordFiles({ record, days, zoneName: zone.name }),
    status: () => ({
      zoneName: zone.name,
      recordedDays: days.count(accountNumber),
      dueDays: recorder.countDue(),
      isListening: recorder.isListening(),
      lastRecordedAtMs: findLast(Array.from(days.list(accountNumber), ({ recordedAtMs }) => recordedAtMs)),
    }),
    async close() {
      stopping.abort(new ReportError('SERVER_SHUTTING_DOWN', 'The server is stopping.'));
      await recorder.close();
      days.close();
    },
  };
}

function findLast(times: readonly number[]): number | null {
  return times.length === 0 ? null : times.reduce((last, each) => Math.max(last, each));
}
