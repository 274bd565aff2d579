import type { DayRequest, RecordStore } from '../async-reports/store/record-store.ts';
import type { ReportStore } from '../async-reports/store/store.ts';
import type { AccountNumber } from '../domain/account.ts';
import type { Imei } from '../domain/imei.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';
import type { TimeZone } from '../domain/time-zone.ts';
import { MAX_DEVICES_PER_REQUEST } from '../reports/aggregated-report-request.ts';
import { MAX_DEVICES_PER_CALL } from '../reports/aggregated-report.ts';
import { createLocalCalendar } from '../usage-over-time/series-windows.ts';
import { isRevised, toPauseMs } from './choose-day.ts';
import { findNearest, isDone, listFailed, mayBeCapped } from './day-state.ts';
import type { RecordCalls } from './record-calls.ts';
import type { RecordedDays } from './recorded-days.ts';

export interface RecordDayOptions {
  readonly record: RecordStore;
  readonly reports: Pick<ReportStore, 'find' | 'results'>;
  readonly calls: RecordCalls;
  readonly days: Pick<RecordedDays, 'list'>;
  readonly accountNumber: AccountNumber;
  readonly zone: TimeZone;
  readonly settleAfterMs: number;
  /** CALLBACK_QUIET_MINUTES, in milliseconds. */
  readonly quietMs: number;
  readonly now: () => number;
  /** Called when a day is recorded. */
  readonly onRecorded: (day: RecordedDay) => void;
  /** Called when a report brought nothing, so that its day is requested again. */
  readonly onEmpty: (day: number) => void;
}

/** Records days. All functions may reject with ReportError or StoreError; what was noted is continued later. */
export interface RecordDay {
  /** Makes the calls for the next part of a day, and returns how many it made. */
  request(request: DayRequest): Promise<number>;
  /** Stores what a report brought, if it is complete. */
  collect(request: DayRequest): Promise<void>;
}

/** Without callbacks, devices that are missing cost a call for ten. */
const MAX_ASKED_AT_ONCE = 1_000;
/** A list that fails more often is given up, so that its day gets done. */
const MAX_ATTEMPTS_OF_LIST = 3;

/**
 * Creates the functions that record a day: the whole account in one request, then lists of the devices that have usage on the nearest recorded
 * day and none on this one. Each step is noted before and after, so that a process that ends in between is continued by the next.
 */
export function createRecordDay(options: RecordDayOptions): RecordDay {
  const { record, reports, calls, days, accountNumber, zone, now } = options;
  const toWindow = (day: number) => createLocalCalendar(zone, now()).toTime({ first: day, last: day }).window;

  /** Nothing arrived, so the day is not recorded: it would look as if the account had no devices. */
  const startAgain = async (request: DayRequest, endedTxid: string | null): Promise<void> => {
    const retryAtMs = now() + toPauseMs(request.attempts);
    await record.note({ ...request, part: 0, afterImei: '', txid: null, retryAtMs }, endedTxid);
    options.onEmpty(request.day);
  };

  const finish = async (request: DayRequest, endedTxid: string | null = null): Promise<void> => {
    const { day, zoneName, failedDevices, wholeDevices } = request;
    const other = findNearest(days.list(accountNumber), day);
    const devices = await record.countUsage(accountNumber, day);
    if (devices + failedDevices === 0) {
      await startAgain(request, endedTxid);
      return;
    }
    const absent = other === null ? 0 : await record.countAbsent(accountNumber, day, other);
    const missingDevices = absent + failedDevices;
    const recorded = {
      accountNumber,
      day,
      zoneName,
      recordedAtMs: now(),
      devices,
      missingDevices,
      mayBeCapped: mayBeCapped(wholeDevices, devices + missingDevices),
      revised: isRevised(day, { ...options, nowMs: now() }),
    };
    await record.finish(recorded, endedTxid);
    options.onRecorded(recorded);
  };

  /** Goes on to the next list, if any device is missing that no list has asked for. Returns it, or null if the day is done. */
  const goOn = async (
    request: DayRequest,
    failed: readonly Imei[],
    endedTxid: string | null,
  ): Promise<DayRequest | null> => {
    const { day, part, afterImei } = request;
    const other = findNearest(days.list(accountNumber), day);
    const failedDevices = part === 0 ? await countNew(failed, day, other) : request.failedDevices;
    const absent = other === null ? [] : await record.listAbsent(accountNumber, day, other, afterImei, 1);
    if (absent.length === 0) {
      await finish({ ...request, failedDevices }, endedTxid);
      return null;
    }
    const next = { ...request, part: part + 1, txid: null, attempts: 0, retryAtMs: now(), failedDevices };
    await record.note(next, endedTxid);
    return next;
  };

  /** How many devices with an error are not missing devices anyway. */
  const countNew = async (failed: readonly Imei[], day: number, other: number | null): Promise<number> => {
    const present = await record.listPresent(accountNumber, day, failed);
    const expected = other === null ? new Set<Imei>() : await record.listPresent(accountNumber, other, failed);
    return failed.filter((imei) => !present.has(imei) && !expected.has(imei)).length;
  };

  const requestAccount = async (request: DayRequest): Promise<number> => {
    const window = toWindow(request.day);
    if (window === null) return 0;
    if (await calls.isListening()) {
      await record.note({ ...request, txid: await calls.start(window, []) });
      return 1;
    }
    const { usage, errors } = await calls.fetchAccount(window);
    await record.addUsage(accountNumber, request.day, usage);
    const next = await goOn({ ...request, wholeDevices: usage.length + errors.length }, listFailed(errors), null);
    return 1 + (next === null ? 0 : await requestList(next));
  };

  const requestList = async (request: DayRequest): Promise<number> => {
    const { day, afterImei } = request;
    const window = toWindow(day);
    const other = findNearest(days.list(accountNumber), day);
    const isListening = await calls.isListening();
    const first = isListening ? MAX_DEVICES_PER_REQUEST : MAX_ASKED_AT_ONCE;
    const imeis = other === null ? [] : await record.listAbsent(accountNumber, day, other, afterImei, first);
    if (window === null || imeis.length === 0 || request.attempts > MAX_ATTEMPTS_OF_LIST) {
      await finish(request);
      return 0;
    }
    if (isListening) {
      const txid = await calls.start(window, imeis);
      await record.note({ ...request, txid, afterImei: imeis.at(-1) ?? '' });
      return 1;
    }
    const outcomes = await calls.fetchDevices(window, imeis);
    await record.addUsage(
      accountNumber,
      day,
      outcomes.filter((outcome) => outcome.kind === 'usage'),
    );
    await finish(request);
    return Math.ceil(imeis.length / MAX_DEVICES_PER_CALL);
  };

  return {
    async request(request) {
      const attempts = request.attempts + 1;
      const noted = { ...request, attempts, retryAtMs: now() + toPauseMs(attempts) };
      await record.note(noted);
      return noted.part === 0 ? requestAccount(noted) : requestList(noted);
    },
    async collect(request) {
      const { txid, day } = request;
      if (txid === null) return;
      const report = await reports.find(txid, accountNumber);
      if (report === null) {
        await record.note({ ...request, txid: null, retryAtMs: now() });
        return;
      }
      if (!isDone(report, options.quietMs, now())) return;
      if (request.part === 0 && !report.hasResults) {
        await startAgain(request, txid);
        await record.removeReport(txid);
        return;
      }
      const failed: Imei[] = [];
      let results = 0;
      for await (const batch of reports.results(txid, report.expectedDevices !== null)) {
        await record.addUsage(
          accountNumber,
          day,
          batch.filter((result) => result.kind === 'usage'),
        );
        results += batch.length;
        failed.push(...listFailed(batch.filter((result) => result.kind === 'error')));
      }
      await goOn(request.part === 0 ? { ...request, wholeDevices: results } : request, failed, txid);
      await record.removeReport(txid);
    },
  };
}
