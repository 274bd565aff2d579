import type { ReceivedMessage } from './async-report.ts';
import { toDigest } from './idempotency.ts';

/** The first character of the device column for an error without an IMEI. No IMEI starts with it. */
const NAMELESS = '-';

/** The usage or error to store for one device. */
export interface Arrival {
  readonly device: string;
  readonly message: ReceivedMessage;
}

/** Groups messages by their transaction. */
export function groupByTxid(messages: readonly ReceivedMessage[]): Map<string, ReceivedMessage[]> {
  const groups = new Map<string, ReceivedMessage[]>();
  for (const message of messages) {
    const group = groups.get(message.txid);
    if (group === undefined) groups.set(message.txid, [message]);
    else group.push(message);
  }
  return groups;
}

/**
 * Returns one arrival per device, in the order in which the devices first appear: the first usage, otherwise the first error.
 * An error without an IMEI belongs to `soleDevice`, if the report has only one device.
 */
export function mergeByDevice(messages: readonly ReceivedMessage[], soleDevice: string | null): Arrival[] {
  const arrivals = new Map<string, Arrival>();
  for (const message of messages) {
    const device = message.imei ?? soleDevice ?? toNamelessDevice(message);
    const first = arrivals.get(device);
    if (first === undefined || (first.message.kind === 'error' && message.kind === 'usage')) {
      arrivals.set(device, { device, message });
    }
  }
  return [...arrivals.values()];
}

/** Whether the device column is that of an error without an IMEI. */
export function isNameless(device: string): boolean {
  return device.startsWith(NAMELESS);
}

/** Returns an error as it is stored, as JSON; null for usage. */
export function toErrorJson(message: ReceivedMessage): string | null {
  if (message.kind === 'usage') return null;
  const { errorMessage, errorResponse } = message;
  return JSON.stringify({ errorMessage, errorResponse });
}

/** A repeated message maps to the same row. Two equal errors without an IMEI therefore become one row. */
function toNamelessDevice(message: ReceivedMessage): string {
  return NAMELESS + toDigest(toErrorJson(message) ?? '').slice(0, 32);
}
