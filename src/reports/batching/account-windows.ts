import { LRUCache } from 'lru-cache';
import { DAY_MS } from '../../domain/durations.ts';
import { toCachedBytesUsedUp } from '../../domain/call-budget.ts';
import { ReportError } from '../../domain/errors.ts';
import { toKeyOfDay } from '../../domain/freshness.ts';
import { oncePerKey } from '../../domain/once-per-key.ts';
import { isFixed } from '../../domain/report-window.ts';
import { toUsageQueryKey, type UsageQuery } from '../aggregate-request.ts';
import type { UsageAnswer } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import { countUnpackedBytes, createToAnswer, toColumns, type UsageColumns } from './usage-columns.ts';
import type { ReportLoader } from './cached-reports.ts';
import { createReportCache, type CacheSettings } from './report-cache.ts';
import { dependsOnMembership, RECHECK_AFTER_MS } from './usage-batches.ts';

/**
 * The usage of whole accounts in windows of days. A settled window without filters is cached with the devices that the account had when it
 * was fetched.
 */
export interface AccountWindows extends ReportLoader<UsageQuery, UsageAnswer> {
  /** The number of rows of the account's last report; Infinity if it was too large to be read, null if none was fetched for a day. */
  readonly countRows: (accountNumber: string) => number | null;
}

const MAX_ACCOUNTS = 1_000;

/** Creates the windows of one operation, on top of the loader that fetches. */
export function createAccountWindows(
  settings: CacheSettings,
): (operation: Operation, accounts: ReportLoader<UsageQuery, UsageAnswer>) => AccountWindows {
  const { clock } = settings;
  const cache = createReportCache<UsageColumns>({
    ...settings,
    toFetchedAtMs: ({ call }) => call.fetchedAtMs,
    toSequence: ({ call }) => call.sequence,
    toBytes: ({ bytes }) => bytes,
    recheckAfterMs: RECHECK_AFTER_MS,
    staysSettled: true,
  });
  const rowsOf = new LRUCache<string, number>({
    max: MAX_ACCOUNTS,
    ttl: DAY_MS,
    perf: { now: clock.monotonic },
    ttlResolution: 0,
  });
  const toKey = (query: UsageQuery): string => toKeyOfDay(toUsageQueryKey(query), query.window, clock.now());

  const fetch = async (query: UsageQuery, load: (query: UsageQuery) => Promise<UsageAnswer>): Promise<UsageAnswer> => {
    const isWhole = !dependsOnMembership(query) && query.noSessionFlag === null;
    try {
      const answer = await load(query);
      if (!isWhole) return answer;
      rowsOf.set(query.accountNumber, answer.usage.length + answer.errors.length);
      const isFinal = answer.call.settled && isFixed(query.window);
      const columns = isFinal ? toColumns(answer) : null;
      if (columns !== null) cache.set(toKey(query), columns, true);
      return answer;
    } catch (error) {
      if (isWhole && error instanceof ReportError && error.details.isAnswerTooLarge === true) {
        rowsOf.set(query.accountNumber, Infinity);
      }
      throw error;
    }
  };

  return (operation, accounts) => {
    const toAnswer = createToAnswer();
    return {
      load: oncePerKey(toKey, async (query) => {
        const known = cache.get(toKey(query), operation);
        if (known === undefined) return fetch(query, accounts.load);
        operation.loaded.changing += 1;
        takeBytes(operation, countUnpackedBytes(known));
        return toAnswer(known);
      }),
      isCached: (query) => cache.has(toKey(query), operation) || accounts.isCached(query),
      countRows: (accountNumber) => rowsOf.get(accountNumber) ?? null,
    };
  };
}

/** Counts what an operation unpacks. Throws BUDGET_EXCEEDED if it is too much: an operation holds all of it until it has ended. */
function takeBytes(operation: Operation, bytes: number): void {
  if (operation.bytesUnpacked + bytes > operation.maxBytes) throw toCachedBytesUsedUp(operation.maxBytes);
  operation.bytesUnpacked += bytes;
}
