import type { SimulatedDevice } from '../fleet/device.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Usage } from '../fleet/usage.ts';
import { hashText, shuffle } from '../random.ts';
import type { AggregateRequest } from './aggregate-request.ts';

export interface UsageItem {
  imei: string;
  numberOfSessions: number;
  bytesTransferred: number;
}

export interface UsageError {
  imei: string;
  errorMessage: string;
  errorResponse: { errorCode: string; errorMessage: string; httpStatusCode: string; detailErrorMessage: string };
}

/** The result of an aggregated report, in the fields of the contract. */
export interface Aggregate {
  usage: UsageItem[];
  errors: UsageError[];
}

function toUsageError(imei: string, reason: 'inactive' | 'unknown'): UsageError {
  return {
    imei,
    errorMessage: 'Device not found',
    errorResponse: {
      errorCode: 'INVALID_PARAMETER',
      errorMessage: 'NOT_FOUND',
      httpStatusCode: '404 NOT_FOUND',
      detailErrorMessage: `Device ${imei} is ${reason}.`,
    },
  };
}

function passesFilters(device: SimulatedDevice, request: AggregateRequest): boolean {
  return (
    (request.deviceGroup === undefined || device.deviceGroup === request.deviceGroup) &&
    (request.deviceLabel === undefined || device.deviceLabel === request.deviceLabel) &&
    (request.dataPlan === undefined || device.dataPlan === request.dataPlan)
  );
}

function reorder(items: readonly UsageItem[]): UsageItem[] {
  const shuffled = shuffle(items, hashText(items.map(({ imei }) => imei).join()));
  if (items.some((item, index) => item !== shuffled[index])) return shuffled;
  return [...shuffled.slice(1), ...shuffled.slice(0, 1)];
}

/** Sums the usage of the requested devices, in an order that differs from the request. Unknown and inactive devices are in `errors`. */
export function createAggregate(fleet: Fleet, usage: Usage): (request: AggregateRequest) => Aggregate {
  return (request) => {
    const imeis = new Set(request.imeis.length > 0 ? request.imeis : fleet.devices.map(({ imei }) => imei));
    const items: UsageItem[] = [];
    const errors: UsageError[] = [];
    for (const imei of imeis) {
      const device = fleet.find(imei);
      if (device === undefined) errors.push(toUsageError(imei, 'unknown'));
      else if (!passesFilters(device, request) || fleet.isOverlooked(imei)) continue;
      else if (device.kind === 'inactive') errors.push(toUsageError(imei, 'inactive'));
      else {
        const totals = usage.totalsOf(device, request.window);
        if (!request.onlyWithoutSessions || totals.numberOfSessions === 0) items.push({ imei, ...totals });
      }
    }
    return { usage: reorder(items), errors };
  };
}
