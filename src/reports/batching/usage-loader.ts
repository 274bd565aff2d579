import DataLoader from 'dataloader';
import type { Imei } from '../../domain/imei.ts';
import { toUsageQueryKey, type UsageQuery } from '../aggregate-request.ts';
import type { DeviceOutcome, FetchUsage, UsageAnswer } from '../aggregated-report.ts';
import { toLoadError, type Operation } from '../operation.ts';
import type { CoalescedCalls } from './coalesced-calls.ts';
import { staleIfError, type ReportCache } from './report-cache.ts';
import type { UsageBatches } from './usage-batches.ts';

/** Loads usage for one operation: what is requested twice is fetched once. */
export interface UsageLoader {
  /** The outcome of each device, in the order requested; a failed call is the outcome of its devices. */
  loadDevices(query: UsageQuery, imeis: readonly Imei[]): Promise<DeviceOutcome[]>;
  /** The usage of every device of the account that matches the filters. Throws ReportError. */
  loadAccount(query: UsageQuery): Promise<UsageAnswer>;
}

export interface UsageLoaderOptions {
  readonly batches: UsageBatches;
  readonly fetchUsage: FetchUsage;
  readonly coalescedAccountCalls: CoalescedCalls<UsageAnswer>;
  readonly accountCache: ReportCache<UsageAnswer>;
}

interface DeviceKey {
  readonly query: UsageQuery;
  readonly queryKey: string;
  readonly imei: Imei;
}

/** Approximate memory of one row of an account's report, in bytes. */
const ROW_BYTES = 150;

/** Creates the loader of one operation; the options are shared by all operations. */
export function createUsageLoader(options: UsageLoaderOptions, operation: Operation): UsageLoader {
  const { batches, fetchUsage, coalescedAccountCalls, accountCache } = options;

  const devices = new DataLoader<DeviceKey, DeviceOutcome, string>((keys) => loadByQuery(batches, keys, operation), {
    cacheKeyFn: ({ queryKey, imei }) => `${imei} ${queryKey}`,
  });
  const loadAccount = async (query: UsageQuery): Promise<UsageAnswer> => {
    const key = toUsageQueryKey(query);
    const known = operation.mayUseCache ? accountCache.get(key) : undefined;
    if (known !== undefined) {
      operation.cost.cached += 1;
      return known;
    }
    let answer: UsageAnswer;
    try {
      answer = await coalescedAccountCalls.join(key, operation, (call) => fetchUsage(query, [], call));
    } catch (error) {
      return staleIfError(error, {
        cache: accountCache,
        key,
        operation,
        toFetchedAtMs: ({ call }) => call.fetchedAtMs,
      });
    }
    accountCache.set(key, answer, {
      // The devices of an account can change even after the window has ended.
      isFinal: false,
      fetchedAtMs: answer.call.fetchedAtMs,
      approximateBytes: (answer.usage.length + answer.errors.length) * ROW_BYTES,
    });
    return answer;
  };
  const openAccounts = () =>
    new DataLoader<UsageQuery, UsageAnswer, string>(
      (queries) => Promise.all(queries.map((query) => loadAccount(query).catch(toLoadError))),
      { cacheKeyFn: toUsageQueryKey },
    );
  let accounts: ReturnType<typeof openAccounts> | null = null;

  return {
    loadDevices(query, imeis) {
      const queryKey = toUsageQueryKey(query);
      return Promise.all(imeis.map((imei) => devices.load({ query, queryKey, imei })));
    },
    loadAccount: (query) => (accounts ??= openAccounts()).load(query),
  };
}

async function loadByQuery(
  batches: UsageBatches,
  keys: readonly DeviceKey[],
  operation: Operation,
): Promise<readonly DeviceOutcome[]> {
  const byQuery = new Map<
    string,
    { readonly query: UsageQuery; readonly positions: number[]; readonly imeis: Imei[] }
  >();
  keys.forEach(({ query, queryKey, imei }, position) => {
    const ofQuery = byQuery.get(queryKey) ?? { query, positions: [], imeis: [] };
    byQuery.set(queryKey, ofQuery);
    ofQuery.positions.push(position);
    ofQuery.imeis.push(imei);
  });
  const outcomes: DeviceOutcome[] = [];
  await Promise.all(
    Array.from(byQuery, async ([queryKey, { query, positions, imeis }]) => {
      const loaded = await batches.load(query, queryKey, imeis, operation);
      loaded.forEach((outcome, index) => (outcomes[positions[index] ?? 0] = outcome));
    }),
  );
  return outcomes;
}
