import { ReportError } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import { toFailedDevice, type DeviceOutcome } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';

/** A device of one usage query that at least one operation waits for. */
export interface AwaitedDevice {
  readonly imei: Imei;
  readonly waiting: Set<Operation>;
  /** The batch that it is in. */
  batch: DeviceBatch;
  /** Settles it, once: with an error if it has no outcome. */
  settle(outcome: DeviceOutcome | Error): void;
  /** Takes out an operation that has used up its calls. A device that nobody else waits for is not asked for. */
  refuse(operation: Operation, error: ReportError): void;
  /** Takes the device out of its batch, because nobody waits for it any more. */
  drop(): void;
}

/** The devices of one call. Until the call leaves, devices can be added and removed, and again while it waits after a 429. */
export interface DeviceBatch {
  readonly devices: Set<AwaitedDevice>;
  /** The call for it, which may still wait for its turn; null until it begins. */
  call: BatchCall | null;
  /** Cancels the wait for more devices; null if the call does not wait for any. */
  cancelWindow: (() => void) | null;
  /** Whether the request has been sent, or will not be. */
  hasLeft: boolean;
  /**
   * Whether it is only for operations that are in it, because one of them has no call to spare: a device of others that the platform rejects
   * would cost it more calls.
   */
  isReserved: boolean;
  /** Whether its devices stay the same from the beginning. */
  readonly isFixed: boolean;
}

/** The call of a batch. */
export interface BatchCall {
  /** Call it when another operation waits for a device of the batch. */
  joined(operation: Operation): void;
  /** Aborts the call if no operation waits for any of the devices. */
  abortIfUnused(): void;
}

/** The outcome of each device of a call. */
export type Outcomes = Map<AwaitedDevice, DeviceOutcome>;

/** A batch of these devices. */
export function createBatch(devices: readonly AwaitedDevice[], isFixed: boolean): DeviceBatch {
  const batch = {
    devices: new Set(devices),
    call: null,
    cancelWindow: null,
    hasLeft: isFixed,
    isReserved: false,
    isFixed,
  };
  for (const device of devices) device.batch = batch;
  return batch;
}

/** Whether an operation waits for any device of the batch. */
export function isInBatch(operation: Operation, { devices }: DeviceBatch): boolean {
  for (const { waiting } of devices) if (waiting.has(operation)) return true;
  return false;
}

/** The operations that wait for any of the devices. */
export function toWaiting(devices: Iterable<AwaitedDevice>): Set<Operation> {
  const operations = new Set<Operation>();
  for (const device of devices) for (const operation of device.waiting) operations.add(operation);
  return operations;
}

/** The same failure as the outcome of each device. */
export function failAll(devices: Iterable<AwaitedDevice>, failure: ReportError): Outcomes {
  return new Map(Array.from(devices, (device) => [device, toFailedDevice(device.imei, failure)]));
}

/** Why a call is aborted or not made. */
export function toNobodyWaits(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'No operation waits for this call any more.');
}
