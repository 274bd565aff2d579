import { isFinal } from '../domain/report-window.ts';
import type { Imei } from '../domain/imei.ts';
import { toUsageScopeKey, type UsageScope } from './aggregate-request.ts';
import type { DeviceOutcome, DeviceUsage } from './aggregated-report.ts';
import type { Caller } from './caller.ts';
import type { FiguresCache } from './figures-cache.ts';
import { untilAborted } from './until-aborted.ts';
import { createUsageQueue, type QueuedDevice, type UsageQueue, type UsageQueueOptions } from './usage-queue.ts';

/** The devices that the operations of the whole process ask for, gathered into calls of ten. */
export interface UsageBatches {
  /** What became of each device, in the order asked. Throws the caller's own reason when the caller goes away. */
  load(scope: UsageScope, imeis: readonly Imei[], caller: Caller): Promise<readonly DeviceOutcome[]>;
}

export interface UsageBatchesOptions extends Omit<UsageQueueOptions, 'scope'> {
  readonly cache: FiguresCache<DeviceUsage>;
}

/** About what one device's figures take in memory, its key aside. */
const DEVICE_BYTES = 200;

/** One queue a scope while somebody waits in it; a device under way is waited for rather than asked for again. */
export function createUsageBatches({ cache, ...options }: UsageBatchesOptions): UsageBatches {
  const queues = new Map<string, UsageQueue>();
  const underWay = new Map<string, QueuedDevice>();

  const toQueue = (scope: UsageScope, scopeKey: string): UsageQueue => {
    const queue = queues.get(scopeKey) ?? createUsageQueue({ scope, ...options });
    queues.set(scopeKey, queue);
    return queue;
  };
  const enqueue = (key: string, scopeKey: string, scope: UsageScope, imei: Imei, caller: Caller): QueuedDevice => {
    const queue = toQueue(scope, scopeKey);
    const device = queue.add(imei, caller);
    underWay.set(key, device);
    const settle = (outcome: DeviceOutcome | null): void => {
      if (underWay.get(key) === device) underWay.delete(key);
      if (queue.isIdle() && queues.get(scopeKey) === queue) queues.delete(scopeKey);
      if (outcome !== null) keep(key, scope, outcome);
    };
    device.outcome.then(settle, () => settle(null));
    return device;
  };
  const keep = (key: string, scope: UsageScope, outcome: DeviceOutcome): void => {
    if (outcome.kind !== 'usage' || outcome.numberOfSessions === null || outcome.bytesTransferred === null) return;
    const { fetchedAtMs } = outcome.call;
    cache.keep(key, outcome, {
      isFinal: isFinal(scope.window, fetchedAtMs) && !dependsOnMembership(scope),
      fetchedAtMs,
      approximateBytes: DEVICE_BYTES,
    });
  };

  return {
    load(scope, imeis, caller) {
      const scopeKey = toUsageScopeKey(scope);
      const left: (() => void)[] = [];
      const loadOne = (imei: Imei, isSecondTry: boolean): Promise<DeviceOutcome> => {
        const key = `${imei} ${scopeKey}`;
        const known = caller.mayUseCache ? cache.get(key) : undefined;
        if (known !== undefined) {
          caller.cost.cached += 1;
          return Promise.resolve(known);
        }
        const found = isSecondTry ? undefined : underWay.get(key);
        const isLate = found?.isAsked() === true;
        const device =
          found === undefined || (isLate && !caller.mayUseCache) ? enqueue(key, scopeKey, scope, imei, caller) : found;
        device.waiting.add(caller);
        left.push(() => {
          if (device.leave(caller) && underWay.get(key) === device) underWay.delete(key);
        });
        return isLate && device === found
          ? device.outcome.then((outcome) => (isTimedOut(outcome) ? loadOne(imei, true) : outcome))
          : device.outcome;
      };
      const outcomes = imeis.map((imei) => loadOne(imei, false));
      return untilAborted(Promise.all(outcomes), caller.signal, () => left.forEach((leave) => leave()));
    },
  };
}

/** Filters by what a device belongs to now, which can change though the window is long over. */
function dependsOnMembership({ deviceGroup, deviceLabel, dataPlan }: UsageScope): boolean {
  return deviceGroup !== null || deviceLabel !== null || dataPlan !== null;
}

/** A call that had begun before a caller came: the caller gets a whole time of its own. */
function isTimedOut(outcome: DeviceOutcome): boolean {
  return outcome.kind === 'error' && outcome.failure?.code === 'UPSTREAM_TIMEOUT';
}
