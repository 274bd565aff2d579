import type { Chance } from '../chance.ts';
import { findDevice, inPlatformOrder, isLeft, strangerOf, toView, type Device, type Fleet } from '../fleet.ts';
import type { Sentences } from '../sentences.ts';
import type { AnsweredCall } from './calls.ts';
import { toErrorRow, toUsageRows } from './rows.ts';

/** What a report says about one device, as one or more rows of JSON. */
export interface DeviceResult {
  readonly usage: readonly Record<string, unknown>[];
  readonly errors: readonly Record<string, unknown>[];
}

/** The devices that a call is about, in the order of the platform. */
export function devicesOf(fleet: Fleet, { account, imei }: Pick<AnsweredCall, 'account' | 'imei'>): Device[] {
  const named = imei.map((each) => findDevice(fleet, account, each)).filter((device) => device !== null);
  const all = imei.length === 0 ? fleet.devices.filter((device) => device.account === account) : named;
  return inPlatformOrder(fleet, all, (device) => device.imei);
}

/** The result of one device. Nothing for a device that is left out or that the filters remove. */
export function toResult(fleet: Fleet, call: Omit<AnsweredCall, 'txid'>, device: Device): DeviceResult {
  const viewMs = toView(call.atMs);
  const { fate } = device;
  if (fate === 'left out' || !isLeft(fleet, device, call.window, call.filters, viewMs))
    return { usage: [], errors: [] };
  const isRefusedLater = call.path === 'async' && (fate === 'rejected' || fate === 'unknown');
  // A whole account has no devices that it would have to reject.
  if ((fate === 'rejected' || fate === 'unknown') && !isRefusedLater) return { usage: [], errors: [] };
  if (fate === 'refused' || fate === 'nameless' || isRefusedLater) return { usage: [], errors: [toErrorRow(device)] };
  const rows = toUsageRows(fleet, device, call.window, viewMs);
  // Nobody is unexpected in a report on the whole account.
  const isStrangerThere = fate === 'brings another' && call.imei.length > 0;
  return { usage: isStrangerThere ? [{ ...strangerOf(device) }, ...rows] : rows, errors: [] };
}

/** The bodies of the callback messages of a report: in any order, some twice, some with several devices, in every form. */
export function toMessages(
  fleet: Fleet,
  call: AnsweredCall,
  chance: Chance,
  { flatMessagesNeedNoNumbers }: Sentences,
): unknown[] {
  const { txid } = call;
  const rows = devicesOf(fleet, call).flatMap((device) => {
    const { usage, errors } = toResult(fleet, call, device);
    return [...usage.map((row) => ({ row, isError: false })), ...errors.map((row) => ({ row, isError: true }))];
  });
  const twice = [...rows, ...rows.filter(() => chance.happens(0.2))];
  // Some versions send an IMEI as a number, which has lost its leading zero.
  const sent = chance.shuffle(twice).map(({ row, isError }) => {
    const isNumeric = typeof row['imei'] === 'string' && chance.happens(0.1);
    return { isError, row: isNumeric ? { ...row, imei: Number(row['imei']) } : row };
  });
  const bodies: unknown[] = [];
  while (sent.length > 0) {
    const some = sent.splice(0, chance.happens(0.7) ? 1 : chance.integer(2, 5));
    const [first] = some;
    const toBody = (part: typeof some): object => ({
      txid,
      usage: part.filter(({ isError }) => !isError).map(({ row }) => row),
      errors: part.filter(({ isError }) => isError).map(({ row }) => row),
    });
    const isFlat = some.length === 1 && first !== undefined && !first.isError && chance.happens(0.4);
    if (isFlat && (flatMessagesNeedNoNumbers || hasNumber(first.row))) bodies.push({ txid, ...first.row });
    else if (chance.happens(0.3)) bodies.push(some.map((part) => toBody([part])));
    else bodies.push(toBody(some));
  }
  return bodies;
}

function hasNumber(row: Readonly<Record<string, unknown>>): boolean {
  return row['numberOfSessions'] !== undefined || row['bytesTransferred'] !== undefined;
}
