import DataLoader from 'dataloader';
import type { Imei } from '../../domain/imei.ts';
import { toUsageScopeKey, type UsageScope } from '../aggregate-request.ts';
import type { DeviceOutcome, FetchUsage, UsageAnswer } from '../aggregated-report.ts';
import { type Operation, toLoadError } from '../operation.ts';
import { type FiguresCache, orStale } from './report-cache.ts';
import type { CoalescedCalls } from './coalesced-calls.ts';
import type { UsageBatches } from './usage-batches.ts';

/** The usage of devices for one operation: whatever is asked for twice is fetched once. */
export interface UsageLoader {
  /** What became of each device, in the order asked; a call that failed is the outcome of its devices. */
  loadDevices(scope: UsageScope, imeis: readonly Imei[]): Promise<DeviceOutcome[]>;
  /** Every device of the account that the filters leave. Throws ReportError. */
  loadAccount(scope: UsageScope): Promise<UsageAnswer>;
}

export interface UsageLoaderOptions {
  readonly batches: UsageBatches;
  readonly fetchUsage: FetchUsage;
  readonly coalescedAccountCalls: CoalescedCalls<UsageAnswer>;
  readonly accountCache: FiguresCache<UsageAnswer>;
}

interface DeviceKey {
  readonly scope: UsageScope;
  readonly scopeKey: string;
  readonly imei: Imei;
}

/** About what one row of an account's report takes in memory. */
const ROW_BYTES = 150;

export function createUsageLoader(options: UsageLoaderOptions, operation: Operation): UsageLoader {
  const { batches, fetchUsage, coalescedAccountCalls, accountCache } = options;

  const devices = new DataLoader<DeviceKey, DeviceOutcome, string>((keys) => loadByScope(batches, keys, operation), {
    cacheKeyFn: ({ scopeKey, imei }) => `${imei} ${scopeKey}`,
  });
  const loadAccount = async (scope: UsageScope): Promise<UsageAnswer> => {
    const key = toUsageScopeKey(scope);
    const known = operation.mayUseCache ? accountCache.get(key) : undefined;
    if (known !== undefined) {
      operation.cost.cached += 1;
      return known;
    }
    let answer: UsageAnswer;
    try {
      answer = await coalescedAccountCalls.join(key, operation, (call) => fetchUsage(scope, [], call));
    } catch (error) {
      return orStale(error, { cache: accountCache, key, operation, toFetchedAtMs: ({ call }) => call.fetchedAtMs });
    }
    accountCache.keep(key, answer, {
      // Which devices an account has can change, though the window is long over.
      isFinal: false,
      fetchedAtMs: answer.call.fetchedAtMs,
      approximateBytes: (answer.usage.length + answer.errors.length) * ROW_BYTES,
    });
    return answer;
  };
  const openAccounts = () =>
    new DataLoader<UsageScope, UsageAnswer, string>(
      (scopes) => Promise.all(scopes.map((scope) => loadAccount(scope).catch(toLoadError))),
      { cacheKeyFn: toUsageScopeKey },
    );
  let accounts: ReturnType<typeof openAccounts> | null = null;

  return {
    loadDevices(scope, imeis) {
      const scopeKey = toUsageScopeKey(scope);
      return Promise.all(imeis.map((imei) => devices.load({ scope, scopeKey, imei })));
    },
    loadAccount: (scope) => (accounts ??= openAccounts()).load(scope),
  };
}

async function loadByScope(
  batches: UsageBatches,
  keys: readonly DeviceKey[],
  operation: Operation,
): Promise<readonly DeviceOutcome[]> {
  const byScope = new Map<
    string,
    { readonly scope: UsageScope; readonly positions: number[]; readonly imeis: Imei[] }
  >();
  keys.forEach(({ scope, scopeKey, imei }, position) => {
    const ofScope = byScope.get(scopeKey) ?? { scope, positions: [], imeis: [] };
    byScope.set(scopeKey, ofScope);
    ofScope.positions.push(position);
    ofScope.imeis.push(imei);
  });
  const outcomes: DeviceOutcome[] = [];
  await Promise.all(
    Array.from(byScope, async ([scopeKey, { scope, positions, imeis }]) => {
      const loaded = await batches.load(scope, scopeKey, imeis, operation);
      loaded.forEach((outcome, index) => (outcomes[positions[index] ?? 0] = outcome));
    }),
  );
  return outcomes;
}
