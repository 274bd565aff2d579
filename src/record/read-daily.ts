import type { RecordStore, UsageOfDay } from '../async-reports/store/record-store.ts';
import type { AccountNumber } from '../domain/account.ts';
import type { Imei } from '../domain/imei.ts';
import { toMonth } from '../domain/recorded-day.ts';
import type { DayOfHistory } from '../usage-over-time/baseline.ts';
import type { Period } from '../usage-over-time/periods.ts';
import type { BucketRows } from './bucket-rows.ts';

/** How daily usage is read. */
export interface DailyReads {
  readonly record: Pick<RecordStore, 'readPage' | 'readDevices'>;
  /** Waits for a turn with other callers. */
  readonly takeTurn: <T>(read: () => Promise<T>) => Promise<T>;
  readonly accountNumber: AccountNumber;
  /** Empty for all devices. */
  readonly imeis: readonly Imei[];
  readonly devicesPerRead: number;
}

/** The rows of a page are in memory twice, as text and as objects. */
const ROWS_PER_PAGE = 20_000;

/** Reads the usage of single days, each into its buckets. The days of a month are read together, because their rows are. */
export async function readDaily(reads: DailyReads, buckets: ReadonlyMap<number, readonly BucketRows[]>): Promise<void> {
  for (const month of toMonths([...buckets.keys()])) {
    const pages = reads.imeis.length > 0 ? readNamed(reads, month) : readAll(reads, month);
    // Rows are sorted by device, so that the same text serves all rows of one.
    let last: Imei | null = null;
    for await (const page of pages) {
      for (const { imei: read, day, numberOfSessions, bytesTransferred } of page) {
        const imei: Imei = read === last ? last : read;
        last = imei;
        for (const bucket of buckets.get(day) ?? []) bucket.add({ imei, numberOfSessions, bytesTransferred, days: 1 });
      }
    }
  }
}

async function* readAll(
  { record, takeTurn, accountNumber }: DailyReads,
  days: Period,
): AsyncGenerator<readonly UsageOfDay[]> {
  let after: UsageOfDay | null = null;
  for (;;) {
    const begins: UsageOfDay | null = after;
    const page: readonly UsageOfDay[] = await takeTurn(() =>
      record.readPage({ accountNumber, days, after: begins, limit: ROWS_PER_PAGE }),
    );
    yield page;
    after = page.at(-1) ?? null;
    if (after === null || page.length < ROWS_PER_PAGE) return;
  }
}

async function* readNamed(
  { record, takeTurn, accountNumber, imeis, devicesPerRead }: DailyReads,
  days: Period,
): AsyncGenerator<readonly UsageOfDay[]> {
  for (let at = 0; at < imeis.length; at += devicesPerRead) {
    const some = imeis.slice(at, at + devicesPerRead);
    yield await takeTurn(() => record.readDevices(accountNumber, some, days));
  }
}

/** Reads the bytes of the named devices on the days of a period. */
export async function readHistories(
  reads: DailyReads,
  { first, last }: Period,
  isRecorded: (day: number) => boolean,
): Promise<Map<Imei, DayOfHistory[]>> {
  const histories = new Map<Imei, DayOfHistory[]>();
  const days = Array.from({ length: last - first + 1 }, (_, at) => first + at).filter(isRecorded);
  for (const month of toMonths(days)) {
    for await (const page of readNamed(reads, month)) {
      for (const { imei, day, bytesTransferred: bytes } of page) {
        if (!isRecorded(day)) continue;
        const history = histories.get(imei) ?? [];
        history.push({ day, bytes });
        histories.set(imei, history);
      }
    }
  }
  return histories;
}

/** The days of each month, from the first to the last that is asked for. */
export function toMonths(days: readonly number[]): Period[] {
  const months = new Map<number, Period>();
  for (const day of days) {
    const { first = day, last = day } = months.get(toMonth(day)) ?? {};
    months.set(toMonth(day), { first: Math.min(first, day), last: Math.max(last, day) });
  }
  return [...months.values()];
}
