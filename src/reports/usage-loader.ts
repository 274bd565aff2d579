import DataLoader from 'dataloader';
import { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import { toUsageScopeKey, type UsageScope } from './aggregate-request.ts';
import {
  MOST_DEVICES_A_CALL,
  toFailedDevice,
  toOutcomes,
  type DeviceOutcome,
  type FetchUsage,
  type UsageAnswer,
} from './aggregated-report.ts';
import type { Caller } from './caller.ts';
import { toLoadError } from './load-error.ts';

/** The usage of devices for one operation: whatever is asked for twice is fetched once, ten devices to a call. */
export interface UsageLoader {
  /** What became of each device, in the order asked; a call that failed is the outcome of its devices. */
  loadDevices(scope: UsageScope, imeis: readonly Imei[]): Promise<DeviceOutcome[]>;
  /** Every device of the account that the filters leave. Throws ReportError. */
  loadAccount(scope: UsageScope): Promise<UsageAnswer>;
}

interface DeviceKey {
  readonly scope: UsageScope;
  readonly scopeKey: string;
  readonly imei: Imei;
}

export function createUsageLoader(fetchUsage: FetchUsage, caller: Caller): UsageLoader {
  const devices = new DataLoader<DeviceKey, DeviceOutcome, string>(
    async (keys) => {
      const outcomes = new Map<DeviceKey, DeviceOutcome>();
      await Promise.all(
        toBatches(keys).map(async (batch) => {
          const answered = await fetchOutcomes(fetchUsage, batch, caller);
          for (const key of batch) outcomes.set(key, answered(key.imei));
        }),
      );
      return keys.map((key) => outcomes.get(key) ?? new Error('a batch left one of its devices out'));
    },
    { cacheKeyFn: ({ scopeKey, imei }) => `${imei} ${scopeKey}` },
  );
  const accounts = new DataLoader<UsageScope, UsageAnswer, string>(
    (scopes) => Promise.all(scopes.map((scope) => fetchUsage(scope, [], caller).catch(toLoadError))),
    { cacheKeyFn: toUsageScopeKey },
  );

  return {
    loadDevices(scope, imeis) {
      const scopeKey = toUsageScopeKey(scope);
      return Promise.all(imeis.map((imei) => devices.load({ scope, scopeKey, imei })));
    },
    loadAccount: (scope) => accounts.load(scope),
  };
}

/** Keys of one scope each, at most ten to a batch, in the order asked. */
function toBatches(keys: readonly DeviceKey[]): DeviceKey[][] {
  const open = new Map<string, DeviceKey[]>();
  const batches: DeviceKey[][] = [];
  for (const key of keys) {
    let batch = open.get(key.scopeKey);
    if (batch === undefined || batch.length === MOST_DEVICES_A_CALL) {
      batch = [];
      open.set(key.scopeKey, batch);
      batches.push(batch);
    }
    batch.push(key);
  }
  return batches;
}

async function fetchOutcomes(
  fetchUsage: FetchUsage,
  batch: readonly DeviceKey[],
  caller: Caller,
): Promise<(imei: Imei) => DeviceOutcome> {
  const [first] = batch;
  if (first === undefined) throw new Error('a batch without a device');
  const imeis = batch.map((key) => key.imei);
  try {
    const answer = await fetchUsage(first.scope, imeis, caller);
    const outcomes = toOutcomes(answer, imeis);
    return (imei) => outcomes.get(imei) ?? { kind: 'missing', imei, call: answer.call };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return (imei) => toFailedDevice(imei, error);
  }
}
