import { toDigest } from './idempotency.ts';
import type { ReceivedMessage } from './async-report.ts';

/** The name of an error's row where it names no device; no IMEI starts so. */
const NAMELESS = '-';

/** What a message says of one device. */
export interface Arrival {
  readonly device: string;
  readonly message: ReceivedMessage;
}

/** Messages by transaction. */
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
 * One arrival a device, in the order in which the devices were first named: its first usage, else its first error. An error that
 * names no device is `soleDevice`'s, where there is one.
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

/** Whether a row's name stands for an error that names no device. */
export function isNameless(device: string): boolean {
  return device.startsWith(NAMELESS);
}

/** What an error says, as it is kept; null for usage. */
export function toErrorJson(message: ReceivedMessage): string | null {
  if (message.kind === 'usage') return null;
  const { errorMessage, errorResponse } = message;
  return JSON.stringify({ errorMessage, errorResponse });
}

/** The same message again is the same row; two errors that say the same and name nobody cannot be told apart. */
function toNamelessDevice(message: ReceivedMessage): string {
  return NAMELESS + toDigest(toErrorJson(message) ?? '').slice(0, 32);
}
