import { ReportError } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageQuery } from '../aggregate-request.ts';
import { toFailedDevice, toOutcomes, type DeviceOutcome, type FetchUsage } from '../aggregated-report.ts';
import { callForOperations, type Operation } from '../operation.ts';

/** A device of one scope that somebody waits for. */
export interface AwaitedDevice {
  readonly imei: Imei;
  readonly waiting: Set<Operation>;
  /** Breaks off the call that asks for it where nobody waits for any device of the call; null while there is none. */
  call: { readonly abortIfUnused: () => void } | null;
}

export type Outcomes = Map<AwaitedDevice, DeviceOutcome>;

/** Asks for at most ten devices in one call. Throws ReportError. */
export type FetchBatch = (query: UsageQuery, devices: readonly AwaitedDevice[]) => Promise<Outcomes>;

/** One call for devices, broken off when nobody waits for any of them. */
export function createFetchBatch(fetchUsage: FetchUsage, monotonic: () => number): FetchBatch {
  return async (query, devices) => {
    const controller = new AbortController();
    const waiting = (): Set<Operation> => {
      const operations = new Set<Operation>();
      for (const device of devices) for (const operation of device.waiting) operations.add(operation);
      return operations;
    };
    const call = {
      abortIfUnused: () => {
        if (waiting().size === 0) controller.abort(toNobodyWaits());
      },
    };
    // They can have left while others of the same search were asked for.
    if (waiting().size === 0) throw toNobodyWaits();
    for (const device of devices) device.call = call;
    const imeis = devices.map(({ imei }) => imei);
    const answer = await callForOperations(waiting, controller.signal, monotonic, (options) =>
      fetchUsage(query, imeis, options),
    );
    const outcomes = toOutcomes(answer, imeis);
    return new Map(
      devices.map((device) => [
        device,
        outcomes.get(device.imei) ?? { kind: 'missing', imei: device.imei, call: answer.call },
      ]),
    );
  };
}

/** Gives the same failure to each of the devices. */
export function failAll(devices: readonly AwaitedDevice[], failure: ReportError): Outcomes {
  return new Map(devices.map((device) => [device, toFailedDevice(device.imei, failure)]));
}

function toNobodyWaits(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'Nobody waits for this call.');
}
