import type { Clock } from '../../domain/clock.ts';
import { createDeferred } from '../../domain/deferred.ts';
import type { ReportError } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageQuery } from '../aggregate-request.ts';
import { MAX_DEVICES_PER_CALL, toFailedDevice, type DeviceOutcome } from '../aggregated-report.ts';
import { hasCallsToSpare, takeExtraCalls, type Operation } from '../operation.ts';
import type { Bisect } from './bisect.ts';
import { createBatch, isInBatch, type AwaitedDevice, type DeviceBatch } from './device-batch.ts';

/** The devices of one usage query that wait to be requested, or for their response. */
export interface UsageQueue {
  /** Adds a device that the operation waits for to a call that has not left. */
  add(imei: Imei, operation: Operation): QueuedDevice;
  /** Adds an operation that waits for a device. Its call may have begun, and even left. */
  join(device: QueuedDevice, operation: Operation): void;
  /** Removes an operation that waits for a device. Returns true if it was the last one. */
  remove(device: QueuedDevice, operation: Operation): boolean;
  isIdle(): boolean;
}

/** A device in the queue. `outcome` rejects if nothing waits for it any more, or if its call fails with anything but a ReportError. */
export interface QueuedDevice extends AwaitedDevice {
  readonly outcome: Promise<DeviceOutcome>;
  /** Whether its call had begun, and part of its time had passed, when it was added. */
  readonly isLate: boolean;
  /** Its outcome; null until it has one. */
  settled: DeviceOutcome | null;
  /** Operations that were refused, with what each gets instead of the outcome. */
  refused: ReadonlyMap<Operation, ReportError>;
}

const NOBODY: QueuedDevice['refused'] = new Map();

export interface UsageQueueOptions {
  readonly query: UsageQuery;
  readonly bisect: Bisect;
  readonly clock: Pick<Clock, 'after'>;
  /** How long a call with fewer than ten devices waits for more before it takes its turn, in milliseconds. */
  readonly windowMs: number;
  /** Called for each device when it is settled, with null if it has no outcome. */
  readonly onSettled: (device: AwaitedDevice, outcome: DeviceOutcome | null) => void;
}

/**
 * Creates a queue that begins a call when ten devices are gathered, or when the window that the first one opened ends. Devices still join
 * a call that has begun, until it leaves: while it waits for its turn or for tokens.
 */
export function createUsageQueue({ query, bisect, clock, windowMs, onSettled }: UsageQueueOptions): UsageQueue {
  let unsettled = 0;
  /**
   * Batches with fewer than ten devices, until they are answered, the oldest first. An array, because each table that a Set outgrows would
   * hold its batches, and what they lead to, until the next major garbage collection.
   */
  let withRoom: readonly DeviceBatch[] = [];

  const begin = async (batch: DeviceBatch): Promise<void> => {
    closeWindow(batch);
    try {
      const outcomes = await bisect(query, batch);
      for (const device of batch.devices) device.settle(outcomes.get(device) ?? toUnanswered());
    } catch (error) {
      const failure = error instanceof Error ? error : new Error('the call failed', { cause: error });
      for (const device of batch.devices) device.settle(failure);
    } finally {
      leaveRoom(batch);
    }
  };
  const leaveRoom = (batch: DeviceBatch): void => {
    withRoom = withRoom.filter((each) => each !== batch);
  };
  const enterRoom = (batch: DeviceBatch): void => {
    if (!withRoom.includes(batch)) withRoom = [...withRoom, batch];
  };
  const findBatch = (imei: Imei, operation: Operation): DeviceBatch => {
    for (const batch of withRoom) if (!batch.hasLeft && mayEnter(imei, operation, batch)) return batch;
    const batch = createBatch([], false);
    enterRoom(batch);
    batch.cancelWindow = clock.after(windowMs, () => void begin(batch));
    return batch;
  };

  return {
    add(imei, operation) {
      const batch = findBatch(imei, operation);
      unsettled += 1;
      const device = createDevice(imei, operation, batch, {
        onDropped: enterRoom,
        onSettled(settled) {
          unsettled -= 1;
          onSettled(device, settled);
        },
      });
      batch.devices.add(device);
      batch.call?.joined(operation);
      if (!hasCallsToSpare(operation, 1)) batch.isReserved = true;
      if (batch.devices.size === MAX_DEVICES_PER_CALL) {
        leaveRoom(batch);
        if (batch.cancelWindow !== null) void begin(batch);
      }
      return device;
    },
    join(device, operation) {
      device.waiting.add(operation);
      device.batch.call?.joined(operation);
    },
    remove(device, operation) {
      device.waiting.delete(operation);
      if (device.waiting.size > 0) return false;
      const { batch } = device;
      if (!batch.hasLeft) device.drop();
      if (batch.devices.size === 0) {
        closeWindow(batch);
        leaveRoom(batch);
      }
      batch.call?.abortIfUnused();
      return true;
    },
    isIdle: () => unsettled === 0,
  };
}

/** The batch of settled devices. */
const ENDED = createBatch([], true);

function closeWindow(batch: DeviceBatch): void {
  batch.cancelWindow?.();
  batch.cancelWindow = null;
}

/** A device is in a batch once. For a call of others, an operation needs a call to spare. */
function mayEnter(imei: Imei, operation: Operation, batch: DeviceBatch): boolean {
  for (const device of batch.devices) if (device.imei === imei) return false;
  if (operation.expectedCalls === 0 && !batch.isReserved) return true;
  return isInBatch(operation, batch) || (!batch.isReserved && takeExtraCalls(operation, 1));
}

interface DeviceEvents {
  readonly onDropped: (batch: DeviceBatch) => void;
  readonly onSettled: (outcome: DeviceOutcome | null) => void;
}

function createDevice(
  imei: Imei,
  operation: Operation,
  batch: DeviceBatch,
  { onDropped, onSettled }: DeviceEvents,
): QueuedDevice {
  const { promise, resolve, reject } = createDeferred<DeviceOutcome>();
  let isSettled = false;
  const device: QueuedDevice = {
    imei,
    waiting: new Set([operation]),
    batch,
    isLate: batch.call !== null,
    outcome: promise,
    settled: null,
    refused: NOBODY,
    refuse(each, error) {
      device.waiting.delete(each);
      device.refused = new Map([...device.refused, [each, error]]);
      if (device.waiting.size > 0) return;
      device.batch.devices.delete(device);
      device.settle(toFailedDevice(imei, error));
    },
    drop() {
      const { batch: left } = device;
      left.devices.delete(device);
      onDropped(left);
      device.settle(toUnanswered());
    },
    settle(outcome) {
      if (isSettled) return;
      isSettled = true;
      if (outcome instanceof Error) {
        onSettled(null);
        reject(outcome);
      } else {
        device.settled = outcome;
        onSettled(outcome);
        resolve(outcome);
      }
      // Tables that a Map has outgrown lead to settled devices until the next major garbage collection, which then would have to free
      // their operations and calls as well.
      device.waiting.clear();
      device.batch = ENDED;
    },
  };
  return device;
}

function toUnanswered(): Error {
  return new Error('no operation waits for this device any more');
}
