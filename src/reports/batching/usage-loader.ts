import DataLoader from 'dataloader';
import type { DeviceErrorText } from '../../domain/device-usage.ts';
import { toKeyOfDay } from '../../domain/freshness.ts';
import type { Imei } from '../../domain/imei.ts';
import { toUsageQueryKey, type UsageQuery } from '../aggregate-request.ts';
import type { DeviceOutcome, FetchUsage, UsageAnswer } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import { createAccountWindows, type AccountWindows } from './account-windows.ts';
import { createCachedReports, type ReportLoader } from './cached-reports.ts';
import type { CacheSettings } from './report-cache.ts';
import { isFinalOutcome, type UsageBatches } from './usage-batches.ts';

/** Loads usage for one operation: what is requested twice is fetched once. */
export interface UsageLoader {
  /** The outcome of each device, in the order requested; a failed call is the outcome of its devices. */
  loadDevices(query: UsageQuery, imeis: readonly Imei[]): Promise<DeviceOutcome[]>;
  /** Those of the devices that are not cached, so that loading them makes calls. */
  listUncached(query: UsageQuery, imeis: readonly Imei[]): readonly Imei[];
  /** The usage of every device of the account that matches the filters. Throws ReportError. */
  readonly loadAccount: ReportLoader<UsageQuery, UsageAnswer>['load'];
  /** The same, with settled windows cached as they were when they were fetched, whatever the account has become since. */
  readonly accountWindows: AccountWindows;
}

interface DeviceKey {
  readonly query: UsageQuery;
  readonly queryKey: string;
  readonly imei: Imei;
}

/** Approximate memory of one row of an account's report, in bytes. */
const ROW_BYTES = 150;

/** Creates a loader of usage per operation. */
export function createUsageLoaders(
  batches: UsageBatches,
  fetchUsage: FetchUsage,
  cache: CacheSettings,
): (operation: Operation) => UsageLoader {
  const forAccounts = createCachedReports<UsageQuery, UsageAnswer>({
    ...cache,
    fetch: (query, options) => fetchUsage(query, () => [], options),
    toKey: toUsageQueryKey,
    toFetchedAtMs: ({ call }) => call.fetchedAtMs,
    toSequence: ({ call }) => call.sequence,
    toBytes: ({ usage, errors }) =>
      (usage.length + errors.length) * ROW_BYTES + errors.reduce((sum, error) => sum + countCharacters(error), 0),
    // The devices of an account can change even after the window has ended.
    isFinal: () => false,
  });
  const windowsOf = createAccountWindows(cache);

  return (operation) => {
    const createLoader = () =>
      new DataLoader<DeviceKey, DeviceOutcome, string>((keys) => loadByQuery(batches, keys, operation), {
        cacheKeyFn: ({ queryKey, imei }) => `${imei} ${queryKey}`,
      });
    let devices: ReturnType<typeof createLoader> | null = null;
    const toQueryKey = (query: UsageQuery): string =>
      toKeyOfDay(toUsageQueryKey(query), query.window, cache.clock.now());
    const accounts = forAccounts(operation);
    return {
      async loadDevices(query, imeis) {
        const queryKey = toQueryKey(query);
        // What needs no call need not wait for what else is requested in the same tick, either.
        const load = (imei: Imei): Promise<DeviceOutcome> => {
          const cached = batches.findCached(queryKey, imei, operation);
          return cached === undefined
            ? (devices ??= createLoader()).load({ query, queryKey, imei })
            : Promise.resolve(cached);
        };
        const outcomes = await Promise.all(imeis.map(load));
        const areFinal = operation.loaded.changing === 0 && outcomes.every((outcome) => isFinalOutcome(query, outcome));
        operation.loaded[areFinal ? 'final' : 'changing'] += 1;
        return outcomes;
      },
      listUncached(query, imeis) {
        const queryKey = toQueryKey(query);
        return imeis.filter((imei) => !batches.isCached(queryKey, imei, operation));
      },
      loadAccount: accounts.load,
      accountWindows: windowsOf(operation, accounts),
    };
  };
}

/** The long texts of an error. Those of an account's ten thousand errors can take more than their rows. */
function countCharacters({ errorMessage, errorResponse }: DeviceErrorText): number {
  const texts = [errorMessage, errorResponse?.errorMessage, errorResponse?.detailErrorMessage];
  return texts.reduce<number>((sum, text) => sum + (text?.length ?? 0), 0);
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
