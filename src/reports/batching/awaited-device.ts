import { ReportError } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import { toFailedDevice, type DeviceOutcome } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';

/** A device of one usage query that at least one operation waits for. */
export interface AwaitedDevice {
  readonly imei: Imei;
  readonly waiting: Set<Operation>;
  /** Aborts the call for it if no operation waits for any device of that call; null if there is no call. */
  call: { readonly abortIfUnused: () => void } | null;
}

/** The outcome of each device of a call. */
export type Outcomes = Map<AwaitedDevice, DeviceOutcome>;

/** The operations that wait for any of the devices. */
export function toWaiting(devices: readonly AwaitedDevice[]): Set<Operation> {
  const operations = new Set<Operation>();
  for (const device of devices) for (const operation of device.waiting) operations.add(operation);
  return operations;
}

/** The same failure as the outcome of each device. */
export function failAll(devices: readonly AwaitedDevice[], failure: ReportError): Outcomes {
  return new Map(devices.map((device) => [device, toFailedDevice(device.imei, failure)]));
}

/** Why a call is aborted or not made. */
export function toNobodyWaits(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'No operation waits for this call any more.');
}
