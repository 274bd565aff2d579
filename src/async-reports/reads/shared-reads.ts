import { LRUCache } from 'lru-cache';
import { createDeferred, type Deferred } from '../../domain/deferred.ts';
import type { OperationTrace } from '../../telemetry/traces.ts';
import { toOnAbort, waitFor } from '../../domain/wait-for.ts';
import type { ReadQueue } from './read-queue.ts';
import type { ReportReads } from './report-reads.ts';

/** Who reads, and until when. */
export interface Reader {
  /** Takes turns with other principals. */
  readonly principal: string;
  /** Aborts when nobody waits for the reads any more. Created at the first read. */
  readonly signal: () => AbortSignal;
  /** Records the reads; null if traces are turned off. */
  readonly trace: OperationTrace | null;
}

/** Opens the reads of one state of a report for one of its watchers. */
export type StateReads = (reader: Reader) => ReportReads;

/** Approximate memory of all results that are stored for further watchers, in bytes. */
const MAX_STORED_BYTES = 16 * 2 ** 20;
/** Measured: 180 for usage. */
const ROW_BYTES = 250;
/** An error has up to four texts of 500 characters. */
const ERROR_ROW_BYTES = 4_000;
const PERCENTILE_BYTES = 20;
/** Of any result, with its key. */
const RESULT_BYTES = 500;

/** A read that waits for a turn, or runs. */
interface SharedRead {
  readonly result: Deferred<unknown>;
  waiting: number;
  hasBegun: boolean;
}

/**
 * Returns a function that opens the reads of a new state. Its watchers share them: each waits for a turn of its own principal, and the
 * first turn that comes makes the read for all who wait. Results are stored for those who come later, as long as those of all states
 * take at most 16 MiB. A read that fails is made again when it is next asked for.
 */
export function createSharedReads(source: ReportReads, queue: ReadQueue): () => StateReads {
  const stored = new LRUCache<string, object>({ maxSize: MAX_STORED_BYTES });
  let states = 0;

  return () => {
    const state = (states += 1);
    const shared = new Map<string, SharedRead>();

    const begin = async <T extends object>(
      text: string,
      each: SharedRead,
      { read, toBytes }: Read<T>,
    ): Promise<void> => {
      each.hasBegun = true;
      try {
        const result = await read();
        stored.set(text, result, { size: RESULT_BYTES + 2 * text.length + toBytes(result) });
        each.result.resolve(result);
      } catch (error) {
        each.result.reject(error);
      } finally {
        shared.delete(text);
      }
    };
    const share = async <T extends object>({ principal, signal }: Reader, asked: Read<T>): Promise<T> => {
      const text = JSON.stringify([state, ...asked.key]);
      const known = stored.get(text);
      if (known !== undefined) return known as T;
      const each = shared.get(text) ?? { result: createDeferred(), waiting: 0, hasBegun: false };
      const result = each.result.promise as Promise<T>;
      if (each.hasBegun) return waitFor(result, toOnAbort(signal()));
      shared.set(text, each);
      each.waiting += 1;
      const turn = queue.run(principal, signal(), () => {
        if (!each.hasBegun) void begin(text, each, asked);
        return result;
      });
      // If the turn of another principal comes first, this one's ends as soon as it comes.
      return Promise.race([turn, result]).finally(() => {
        each.waiting -= 1;
        if (each.waiting === 0 && !each.hasBegun) shared.delete(text);
      });
    };

    return (reader) => ({
      ...source,
      usage: (report, orderBy, page) =>
        share(reader, {
          key: [report.txid, 'usage', orderBy, page],
          read: () => source.usage(report, orderBy, page),
          toBytes: ({ rows }) => rows.length * ROW_BYTES,
        }),
      errors: (report, page) =>
        share(reader, {
          key: [report.txid, 'errors', page],
          read: () => source.errors(report, page),
          toBytes: ({ rows }) => rows.length * ERROR_ROW_BYTES,
        }),
      missing: (report, page) =>
        share(reader, {
          key: [report.txid, 'missing', page],
          read: () => source.missing(report, page),
          toBytes: ({ rows }) => rows.length * ROW_BYTES,
        }),
      totals: (report) =>
        share(reader, { key: [report.txid, 'totals'], read: () => source.totals(report), toBytes: () => RESULT_BYTES }),
      bytesPercentiles: (report, percentiles) =>
        share(reader, {
          key: [report.txid, 'bytesPercentiles', percentiles],
          read: () => source.bytesPercentiles(report, percentiles),
          toBytes: ({ length }) => length * PERCENTILE_BYTES,
        }),
    });
  };
}

interface Read<T> {
  /** Equal for equal reads of one state. */
  readonly key: readonly unknown[];
  readonly read: () => Promise<T>;
  /** Approximate memory of the result. */
  readonly toBytes: (result: T) => number;
}
