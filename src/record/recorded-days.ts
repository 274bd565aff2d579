import type { RecordStore } from '../async-reports/store/record-store.ts';
import type { AccountNumber } from '../domain/account.ts';
import type { Clock } from '../domain/clock.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';

/** Which days are recorded in the zone of this server. They are in memory, because every plan of a series looks at them. */
export interface RecordedDays {
  find(accountNumber: AccountNumber, day: number): RecordedDay | null;
  /** Those of an account, in no order. */
  list(accountNumber: AccountNumber): Iterable<RecordedDay>;
  count(accountNumber: AccountNumber): number;
  /** Reads them again. Rejects with StoreError. */
  refresh(): Promise<void>;
  close(): void;
}

export interface RecordedDaysOptions {
  readonly store: Pick<RecordStore, 'listDays' | 'onChange'>;
  readonly zoneName: string;
  readonly after: Clock['after'];
}

const RETRY_MS = 1_000;

/** Reads which days are recorded, and again whenever a process on the same database has changed them. Rejects with StoreError. */
export async function openRecordedDays({ store, zoneName, after }: RecordedDaysOptions): Promise<RecordedDays> {
  let ofAccounts: ReadonlyMap<AccountNumber, ReadonlyMap<number, RecordedDay>> = new Map();
  let reads = 0;
  let newest = 0;
  let cancel = (): void => undefined;
  const refresh = async (): Promise<void> => {
    const read = (reads += 1);
    const days = await store.listDays();
    // Reads can overtake each other. The one that began last is right, and others are until it ends.
    if (read < newest) return;
    newest = read;
    ofAccounts = groupByAccount(days.filter((day) => day.zoneName === zoneName));
  };
  const refreshSoon = (): void => {
    cancel();
    refresh().catch(() => (cancel = after(RETRY_MS, refreshSoon)));
  };
  await refresh();
  const unsubscribe = store.onChange(refreshSoon);
  return {
    find: (accountNumber, day) => ofAccounts.get(accountNumber)?.get(day) ?? null,
    list: (accountNumber) => ofAccounts.get(accountNumber)?.values() ?? [],
    count: (accountNumber) => ofAccounts.get(accountNumber)?.size ?? 0,
    refresh,
    close() {
      unsubscribe();
      cancel();
    },
  };
}

function groupByAccount(days: readonly RecordedDay[]): Map<AccountNumber, Map<number, RecordedDay>> {
  const groups = new Map<AccountNumber, Map<number, RecordedDay>>();
  for (const day of days) {
    const group = groups.get(day.accountNumber) ?? new Map<number, RecordedDay>();
    groups.set(day.accountNumber, group.set(day.day, day));
  }
  return groups;
}
