import type { DayRequest, RecordStore } from '../async-reports/store/record-store.ts';
import type { AccountNumber } from '../domain/account.ts';
import type { Clock } from '../domain/clock.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/durations.ts';
import type { KeyValueStore } from '../domain/key-values.ts';
import { toMonth } from '../domain/recorded-day.ts';
import { runExclusively, type SharedLocks } from '../domain/shared-locks.ts';
import type { TimeZone } from '../domain/time-zone.ts';
import { createLocalCalendar } from '../usage-over-time/series-windows.ts';
import { chooseDay, listDue, type DaysToRecord } from './choose-day.ts';
import { createRecordPace } from './record-pace.ts';
import type { RecordCalls } from './record-calls.ts';
import type { RecordDay } from './record-day.ts';
import type { RecordedDays } from './recorded-days.ts';

export interface RecorderOptions {
  readonly record: RecordStore;
  readonly days: RecordedDays;
  readonly recordDay: RecordDay;
  readonly calls: Pick<RecordCalls, 'isListening'>;
  readonly keyValues: KeyValueStore;
  /** Null if no other server shares the database. */
  readonly locks: SharedLocks | null;
  readonly accountNumber: AccountNumber;
  readonly zone: TimeZone;
  readonly settleAfterMs: number;
  /** How many days to fill back, at most those that the platform has. */
  readonly backfillDays: number;
  /** How many calendar months to store, the current one included. */
  readonly months: number;
  /** Infinity for no limit. */
  readonly callsPerHour: number;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** Called when recording changes between callbacks and synchronous calls, and once at the beginning. */
  readonly onListening: (isListening: boolean) => void;
  /** Called when a day could not be recorded now. Null is a failure of anything else. */
  readonly onFailure: (error: unknown, day: number | null) => void;
}

export interface Recorder {
  /** Days that are settled, still known to the platform, and not recorded; as found last. */
  countDue(): number;
  /** Whether reports arrive by callback, as found last; null before. */
  isListening(): boolean | null;
  /** Stops. Resolves when a current step has ended. */
  close(): Promise<void>;
}

/** The server is started before it records. */
const FIRST_AFTER_MS = 2_000;
const MIN_PAUSE_MS = 1_000;

/** Records days: looks for something to do now and then, one server at a time. */
export function startRecorder(options: RecorderOptions): Recorder {
  const { record, days, recordDay, calls, accountNumber, zone, clock, onFailure } = options;
  const { now } = clock;
  const pace = createRecordPace({ keyValues: options.keyValues, pauseMs: HOUR_MS / options.callsPerHour, now });
  const everyMs = pace.pauseMs === 0 ? MINUTE_MS : Math.min(MINUTE_MS, Math.max(pace.pauseMs, MIN_PAUSE_MS));
  let isClosed = false;
  let due = 0;
  let listening: boolean | null = null;
  let monthRemoved = -Infinity;
  let hasViews = false;

  const find = async (): Promise<DaysToRecord> => {
    const calendar = createLocalCalendar(zone, now());
    return {
      accountNumber,
      zone,
      first: Math.max(calendar.earliest, calendar.today - options.backfillDays),
      last: zone.toDay(now() - options.settleAfterMs) - 1,
      settleAfterMs: options.settleAfterMs,
      nowMs: now(),
      find: (day) => days.find(accountNumber, day),
      requests: await record.listRequests(accountNumber),
    };
  };

  const prepare = async (): Promise<void> => {
    if (!hasViews) await record.createViews().catch((error: unknown) => onFailure(error, null));
    hasViews = true;
    const month = toMonth(zone.toDay(now())) - options.months + 1;
    if (month > monthRemoved) await record.removeBefore(accountNumber, month);
    monthRemoved = month;
    await days.refresh();
  };

  const lookForListener = async (): Promise<void> => {
    const found = await calls.isListening();
    if (found !== listening) options.onListening(found);
    listening = found;
  };

  /** A failure is noted with its day, which is tried again later. */
  const attempt = async <T>(request: DayRequest, work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (isClosed) throw error;
      onFailure(error, request.day);
      return otherwise;
    }
  };

  const collect = async (found: DaysToRecord): Promise<void> => {
    for (const request of found.requests) {
      if (isClosed) return;
      if (request.day < found.first) await record.drop(request);
      else if (request.txid !== null) await attempt(request, () => recordDay.collect(request), undefined);
    }
  };

  const runOnce = async (): Promise<void> => {
    await prepare();
    await collect(await find());
    for (;;) {
      // Otherwise the day that was just recorded is requested again: PostgreSQL notifies of a change some time after its commit.
      await days.refresh();
      const found = await find();
      due = listDue(found).length;
      const request = chooseDay(found);
      if (request === null || isClosed || !(await pace.mayCall())) return;
      await lookForListener();
      // A call that failed counts as well: nobody knows how far it got.
      await pace.add(await attempt(request, () => recordDay.request(request), 1));
    }
  };

  const look = async (): Promise<void> => {
    await runExclusively(options.locks, 'record', runOnce).catch(
      (error: unknown) => isClosed || onFailure(error, null),
    );
    if (!isClosed) cancel = clock.after(everyMs, lookAgain);
  };
  const lookAgain = (): void => {
    looking = look();
  };
  let looking = Promise.resolve();
  let cancel = clock.after(FIRST_AFTER_MS, lookAgain);
  return {
    countDue: () => due,
    isListening: () => listening,
    async close() {
      isClosed = true;
      cancel();
      await looking;
    },
  };
}
