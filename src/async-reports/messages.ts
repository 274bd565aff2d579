import { hash } from 'node:crypto';
import { chooseError, mergeUsage, toErrorJson } from '../domain/reported-twice.ts';
import type { ReceivedMessage } from './async-report.ts';

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
 * Returns one arrival per device, in the order in which the devices first appear: its merged usage, otherwise one of its errors.
 * An error without an IMEI belongs to no device, even if the report has only one.
 */
export function mergeByDevice(messages: readonly ReceivedMessage[]): Arrival[] {
  const arrivals = new Map<string, Arrival>();
  for (const message of messages) {
    const device = message.imei ?? toNamelessDevice(message);
    const before = arrivals.get(device);
    arrivals.set(device, { device, message: before === undefined ? message : merge(before.message, message) });
  }
  return [...arrivals.values()];
}

/** Whether the device column is that of an error without an IMEI. */
export function isNameless(device: string): boolean {
  return device.startsWith(NAMELESS);
}

/** Merges two messages about one device by the rules of `reported-twice.ts`. `receivedAtMs` is that of the last one that changed anything. */
function merge(before: ReceivedMessage, message: ReceivedMessage): ReceivedMessage {
  if (before.kind === 'error') return message.kind === 'error' ? chooseError(before, message) : message;
  if (message.kind === 'error') return before;
  const merged = mergeUsage(before, message);
  const isSame =
    merged.numberOfSessions === before.numberOfSessions && merged.bytesTransferred === before.bytesTransferred;
  return isSame ? before : { ...message, ...merged };
}

/** A repeated message maps to the same row. Two equal errors without an IMEI therefore become one row. */
function toNamelessDevice(message: ReceivedMessage): string {
  return NAMELESS + hash('sha256', message.kind === 'usage' ? '' : toErrorJson(message)).slice(0, 32);
}
