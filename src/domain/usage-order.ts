import type { Usage } from './device-usage.ts';

/** The orders in which devices can be listed. */
export const USAGE_ORDERS = ['BYTES_DESC', 'BYTES_ASC', 'SESSIONS_DESC', 'SESSIONS_ASC', 'IMEI'] as const;
export type UsageOrder = (typeof USAGE_ORDERS)[number];

interface OrderedDevice extends Usage {
  readonly imei: string;
}

type Compare = (a: OrderedDevice, b: OrderedDevice) => number;

const COMPARE: Record<UsageOrder, Compare> = {
  BYTES_DESC: byValue((device) => device.bytesTransferred, -1),
  BYTES_ASC: byValue((device) => device.bytesTransferred, 1),
  SESSIONS_DESC: byValue((device) => device.numberOfSessions, -1),
  SESSIONS_ASC: byValue((device) => device.numberOfSessions, 1),
  IMEI: byImei,
};

/**
 * Returns a sorted copy. Devices without the value come last in either direction; devices with the same value are in order of
 * IMEI.
 */
export function orderUsage<T extends OrderedDevice>(usage: readonly T[], order: UsageOrder): T[] {
  return [...usage].sort(COMPARE[order]);
}

function byValue(valueOf: (device: OrderedDevice) => number | null, direction: 1 | -1): Compare {
  return (a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === right) return byImei(a, b);
    if (left === null) return 1;
    if (right === null) return -1;
    return (left - right) * direction;
  };
}

function byImei(a: OrderedDevice, b: OrderedDevice): number {
  return a.imei < b.imei ? -1 : a.imei > b.imei ? 1 : 0;
}
