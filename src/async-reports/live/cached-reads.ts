import DataLoader from 'dataloader';
import type { AccountNumber } from '../../domain/account.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { UsageTotals } from '../../domain/usage-totals.ts';
import type { AsyncReport } from '../async-report.ts';
import type { Page, PageQuery, AsyncReportFilter, StoredError, StoredUsage } from '../store/store.ts';

/** The reads of the store that readers of a report need. Each rejects with StoreError. */
export interface ReportReads {
  find(txid: string, accountNumber: AccountNumber | null): Promise<AsyncReport | null>;
  list(filter: AsyncReportFilter, page: PageQuery): Promise<Page<AsyncReport>>;
  count(filter: AsyncReportFilter): Promise<number>;
  usage(txid: string, orderBy: UsageOrder | null, page: PageQuery): Promise<Page<StoredUsage>>;
  errors(txid: string, page: PageQuery): Promise<Page<StoredError>>;
  missing(txid: string, page: PageQuery): Promise<Page<Imei>>;
  totals(txid: string): Promise<UsageTotals>;
  bytesPercentiles(txid: string, percentiles: readonly number[]): Promise<readonly number[]>;
}

/** Caches reads for one operation, or for all watchers of one state of a report: equal arguments are read once. */
export function createReportReads(store: ReportReads): ReportReads {
  return {
    find: once(store.find),
    list: once(store.list),
    count: once(store.count),
    usage: once(store.usage),
    errors: once(store.errors),
    missing: once(store.missing),
    totals: once(store.totals),
    bytesPercentiles: once(store.bytesPercentiles),
  };
}

function once<A extends readonly unknown[], T>(read: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let loader: DataLoader<A, T, string> | null = null;
  const create = (): DataLoader<A, T, string> =>
    new DataLoader<A, T, string>((keys) => Promise.all(keys.map((args) => read(...args).catch(toError))), {
      cacheKeyFn: (args) => JSON.stringify(args),
    });
  return (...args) => (loader ??= create()).load(args);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the store could not be read', { cause: error });
}
