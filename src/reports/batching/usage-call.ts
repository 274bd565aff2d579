import { ReportError } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageQuery } from '../aggregate-request.ts';
import { toFailedDevice, toOutcomes, type DeviceOutcome, type FetchUsage } from '../aggregated-report.ts';
import { callForOperations, type Operation } from '../operation.ts';

/** A device of one usage query that at least one operation waits for. */
export interface AwaitedDevice {
  readonly imei: Imei;
  readonly waiting: Set<Operation>;
  /** Aborts the call for it if no operation waits for any device of that call; null if there is no call. */
  call: { readonly abortIfUnused: () => void } | null;
}

/** The outcome of each device of a call. */
export type Outcomes = Map<AwaitedDevice, DeviceOutcome>;

/** Fetches at most ten devices in one call. Throws ReportError. */
export type FetchBatch = (query: UsageQuery, devices: readonly AwaitedDevice[]) => Promise<Outcomes>;

/** Creates a fetch of devices in one call, which is aborted when no operation waits for any of them. */
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
    // The operations may have gone while the same search fetched other devices.
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

/** The same failure as the outcome of each device. */
export function failAll(devices: readonly AwaitedDevice[], failure: ReportError): Outcomes {
  return new Map(devices.map((device) => [device, toFailedDevice(device.imei, failure)]));
}

function toNobodyWaits(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'No operation waits for this call any more.');
}
