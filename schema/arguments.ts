import type { ArgBuilder, InputShapeFromFields } from '@pothos/core';
import type { InputFault, ArgumentPath } from '../src/domain/errors.ts';
import { parseImeis, type DeviceLimit, type Imei } from '../src/domain/imei.ts';
import { parseFilter, parseDurationBounds, type DurationBounds } from '../src/domain/report-filters.ts';
import { parseReportWindow, type ReportWindow } from '../src/domain/report-window.ts';
import type { OperationContext } from '../src/context.ts';
import type { UsageQuery } from '../src/reports/aggregate-request.ts';
import type { builder } from './builder.ts';
import { parseOnce } from './rules/parse-once.ts';
import { requireAccount } from '../src/domain/access.ts';
import { parseAccountNumber, type AccountNumber } from '../src/domain/account.ts';

export const START_DATE =
  'Start of the window. A date means 00:00 UTC. If omitted, ThingSpace chooses it. At most 180 days ago, and at most 180 days before the ' +
  'end of the window.';
export const END_DATE =
  'End of the window, which it includes: a date the whole day in UTC, a date-time its millisecond. So let adjacent windows end ' +
  '1 ms before the next one starts. If omitted, ThingSpace chooses it. Must not be before startDate, nor more than 180 days ago.';
export const DURATION_LOW =
  'Only sessions of at least this many seconds. 0 or more, and not greater than durationHigh.';
export const DURATION_HIGH = 'Only sessions of at most this many seconds. 0 or more.';
const DEFAULT_ACCOUNT =
  'Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), otherwise the only account that the access token lists';
export const ACCOUNT_NUMBER = describeAccount('Account to report on.');

/** The description of an argument for an account: what the account is for, and which one is the default. */
export function describeAccount(use: string, withoutDefault = ''): string {
  return `${use} ${DEFAULT_ACCOUNT}${withoutDefault}.`;
}

/** The arguments of a window. */
export function windowArguments(arg: ArgBuilder<Types>) {
  return {
    startDate: arg({ type: 'ReportDate', description: START_DATE }),
    endDate: arg({ type: 'ReportDate', description: END_DATE }),
  };
}

/** Declares the input fields of both aggregated reports. `costPerDevice` is the `@cost` weight of each IMEI. */
export function usageQueryFields(t: UsageInputFields, deviceLimit: string, costPerDevice?: number) {
  return {
    accountNumber: t.field({ type: 'AccountNumber', description: ACCOUNT_NUMBER }),
    imei: t.field({
      type: ['IMEI'],
      ...(costPerDevice === undefined ? {} : { cost: costPerDevice }),
      description: `IMEIs of the devices, ${deviceLimit}. Duplicates are ignored. Required, unless allDevices is true.`,
    }),
    allDevices: t.boolean({
      defaultValue: false,
      description: 'Report on every device of the account that matches the filters. Leave out imei, or send [].',
    }),
    startDate: t.field({ type: 'ReportDate', description: START_DATE }),
    endDate: t.field({ type: 'ReportDate', description: END_DATE }),
    deviceGroup: t.string({
      description:
        'Only devices in this device group. 1-256 characters, no control characters. Spaces at the ends are removed.',
    }),
    deviceLabel: t.string({
      description:
        'Only devices with this label. 1-256 characters, no control characters. Spaces at the ends are removed.',
    }),
    dataPlan: t.string({
      description:
        'Only devices on this data plan. 1-256 characters, no control characters. Spaces at the ends are removed.',
    }),
    noSessionFlag: t.boolean({
      description: 'True: only devices without a session in the window. False or omitted: all devices.',
    }),
  };
}

type Types = typeof builder.$inferSchemaTypes;
type UsageInputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** The input of both aggregated reports, not yet parsed. */
export type UsageQueryInput = InputShapeFromFields<ReturnType<typeof usageQueryFields>>;

/** The devices to report on, each once, in the order of the input. An empty list means every device of the account. */
export interface UsageSelection {
  readonly query: UsageQuery;
  readonly imeis: readonly Imei[];
}

/**
 * Parses the input, adding its faults; returns null if no account is known. If `limit` is null, only the operation's budget limits
 * the number of devices.
 */
export function parseUsageSelection(
  input: UsageQueryInput,
  limit: DeviceLimit | null,
  context: OperationContext,
  faults: InputFault[],
): UsageSelection | null {
  const at = ['input'];
  const accountNumber = parseAccount(input.accountNumber, context, [...at, 'accountNumber'], faults);
  const imeis = parseDevices(input, limit, context, faults);
  const window = parseReportWindow(input.startDate, input.endDate, context.now(), at, faults);
  const filters = {
    deviceGroup: parseFilter(input.deviceGroup, [...at, 'deviceGroup'], faults),
    deviceLabel: parseFilter(input.deviceLabel, [...at, 'deviceLabel'], faults),
    dataPlan: parseFilter(input.dataPlan, [...at, 'dataPlan'], faults),
    noSessionFlag: input.noSessionFlag ?? null,
  };
  return accountNumber === null ? null : { query: { accountNumber, window, ...filters }, imeis };
}

/** The devices to report on, not yet parsed. */
interface SentDevices {
  readonly imei?: readonly unknown[] | null | undefined;
  readonly allDevices?: boolean | null | undefined;
}

/** Returns each IMEI once, or an empty list for every device of the account. Adds a fault for each that is not valid, or if both are sent. */
export function parseDevices(
  { imei: sent, allDevices }: SentDevices,
  limit: DeviceLimit | null,
  context: OperationContext,
  faults: InputFault[],
): readonly Imei[] {
  const imei = sent ?? [];
  if (imei.length === 0 && allDevices !== true) {
    faults.push({
      argumentPath: ['input', 'imei'],
      message: 'This list is empty. Send at least one IMEI, or set allDevices to true to report on the whole account.',
    });
  }
  if (imei.length > 0 && allDevices === true) {
    faults.push({
      argumentPath: ['input', 'allDevices'],
      message:
        'This cannot be combined with IMEIs. Leave out imei to report on the whole account, or leave out allDevices.',
    });
  }
  if (imei.length === 0) return [];
  const as = `input.imei ${limit?.maxDevices ?? ''}`;
  return parseOnce(context, imei, as, faults, (own) => parseImeis(imei, limit, ['input', 'imei'], own));
}

/**
 * Returns the account sent, or the default account. Adds a fault and returns null if it is not valid, or if there is no default.
 * Throws FORBIDDEN if the access token does not list it.
 */
export function parseAccount(
  sent: unknown,
  { accountNumber, access, operation }: OperationContext,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): AccountNumber | null {
  const parsed = parseAccountNumber(sent, accountNumber, argumentPath, faults);
  if (parsed === null) return null;
  requireAccount(access, parsed);
  operation.accounts.add(parsed);
  return parsed;
}

/** Arguments of the fields `usage` and `sessionsReport` of a device, not yet parsed. */
export interface DeviceArguments {
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  readonly durationLow?: unknown;
  readonly durationHigh?: unknown;
}

/** Parses the arguments of a device's field, adding a fault for each that is not valid. */
export function parseArguments(
  { startDate, endDate, durationLow, durationHigh }: DeviceArguments,
  { now }: OperationContext,
  faults: InputFault[],
): DurationBounds & { readonly window: ReportWindow } {
  return {
    window: parseReportWindow(startDate, endDate, now(), [], faults),
    ...parseDurationBounds(durationLow, durationHigh, [], faults),
  };
}
