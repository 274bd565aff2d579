import DataLoader from 'dataloader';
import type { Clock } from '../../domain/clock.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageQuery } from '../aggregate-request.ts';
import { MAX_DEVICES_PER_CALL, type DeviceOutcome } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import type { Bisect } from './bisect.ts';
import type { AwaitedDevice } from './awaited-device.ts';

/** The devices of one usage query that wait to be requested, or for their response. */
export interface UsageQueue {
  readonly query: UsageQuery;
  /** Adds a device that the operation waits for to the next call. */
  add(imei: Imei, operation: Operation): QueuedDevice;
  /** Removes an operation that waits for a device. Returns true if it was the last one. */
  remove(device: QueuedDevice, operation: Operation): boolean;
  isIdle(): boolean;
}

/** A device in the queue. `outcome` rejects if nothing waits for it any more, or if its call fails with anything but a ReportError. */
export interface QueuedDevice extends AwaitedDevice {
  readonly outcome: Promise<DeviceOutcome>;
  /** Whether its call has been made. */
  isAsked: boolean;
  /** Its outcome; null until it has one. */
  settled: DeviceOutcome | null;
}

export interface UsageQueueOptions {
  readonly query: UsageQuery;
  readonly bisect: Bisect;
  readonly clock: Pick<Clock, 'after'>;
  /** How long a call with fewer than ten devices waits for more, in milliseconds. */
  readonly windowMs: number;
  /** Called for each device when it is settled, with null if it has no outcome. */
  readonly onSettled: (device: AwaitedDevice, outcome: DeviceOutcome | null) => void;
}

type Gathered = AwaitedDevice & Pick<QueuedDevice, 'isAsked' | 'settled'>;

/** Creates a queue that makes a call when ten devices are gathered, or when the window that the first one opened ends. */
export function createUsageQueue({ query, bisect, clock, windowMs, onSettled }: UsageQueueOptions): UsageQueue {
  let gathered: Gathered[] = [];
  let closeWindow: () => void = () => undefined;
  let unsettled = 0;

  const askForGathered = async (devices: readonly Gathered[]): Promise<(DeviceOutcome | Error)[]> => {
    const live = gathered;
    gathered = [];
    for (const device of live) device.isAsked = true;
    let outcomes: ReadonlyMap<AwaitedDevice, DeviceOutcome> = new Map();
    try {
      if (live.length > 0) outcomes = await bisect(query, live);
    } finally {
      unsettled -= devices.length;
      for (const device of devices) {
        device.settled = outcomes.get(device) ?? null;
        onSettled(device, device.settled);
      }
    }
    return devices.map((device) => outcomes.get(device) ?? new Error('no operation waits for this device any more'));
  };
  const loader = new DataLoader<Gathered, DeviceOutcome>(askForGathered, {
    cache: false,
    maxBatchSize: Infinity,
    batchScheduleFn(dispatch) {
      const cancel = clock.after(windowMs, () => closeWindow());
      closeWindow = () => {
        closeWindow = () => undefined;
        cancel();
        dispatch();
      };
    },
  });

  return {
    query,
    add(imei, operation) {
      const device: Gathered = { imei, waiting: new Set([operation]), call: null, isAsked: false, settled: null };
      gathered.push(device);
      unsettled += 1;
      const queued = Object.assign(device, { outcome: loader.load(device) });
      if (gathered.length === MAX_DEVICES_PER_CALL) closeWindow();
      return queued;
    },
    remove(device, operation) {
      device.waiting.delete(operation);
      if (device.waiting.size > 0) return false;
      if (!device.isAsked) gathered = gathered.filter((each) => each !== device);
      device.call?.abortIfUnused();
      return true;
    },
    isIdle: () => unsettled === 0,
  };
}
