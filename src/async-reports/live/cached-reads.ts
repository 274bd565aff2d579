import { oncePerKey } from '../../domain/once-per-key.ts';
import type { ReportStore } from '../store/store.ts';

/** The reads of the store that readers of a report need. Each rejects with StoreError. */
export type ReportReads = Pick<
  ReportStore,
  'find' | 'list' | 'count' | 'usage' | 'errors' | 'missing' | 'totals' | 'bytesPercentiles'
>;

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
  return oncePerKey((...args) => JSON.stringify(args), read);
}
