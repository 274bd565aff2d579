import type { GraphQLResolveInfo } from 'graphql';
import { type InputFault, type ArgumentPath, rejectFaults } from '../src/domain/errors.ts';
import { parseImeis, type DeviceLimit, type Imei } from '../src/domain/imei.ts';
import { parseFilter, parseDurationBounds, type DurationBounds } from '../src/domain/report-filters.ts';
import { parseReportWindow, type ReportWindow } from '../src/domain/report-window.ts';
import type { OperationContext } from '../src/context.ts';
import type { UsageQuery } from '../src/reports/aggregate-request.ts';
import type { builder } from './builder.ts';
import { requireAccount } from '../src/domain/access.ts';
import { parseAccountNumber, type AccountNumber } from '../src/domain/account.ts';
import { checkArgumentsBelow, type ArgumentCheck } from './rules/arguments-below.ts';

export const START_DATE =
  'Where the window begins; the platform decides where it is left out. At most 180 days before the end.';
export const END_DATE =
  'Where the window ends, a date with its whole day in UTC; the platform decides where it is left out. Not before the start, ' +
  'at most 180 days ago.';
export const DURATION_LOW = 'Leaves out sessions that are shorter, in seconds; 0 or more, not over durationHigh.';
export const DURATION_HIGH = 'Leaves out sessions that are longer, in seconds; 0 or more.';
export const ACCOUNT_NUMBER =
  'The account to report on; the configured one (THINGSPACE_ACCOUNT_NUMBER) where it is left out.';

/** The input fields that both aggregate reports share, with how many devices at most; each adds to the cost where it adds to the calls. */
export function usageQueryFields(t: UsageInputFields, most: string, costPerDevice?: number) {
  return {
    accountNumber: t.field({ type: 'AccountNumber', description: ACCOUNT_NUMBER }),
    imei: t.field({
      type: ['IMEI'],
      required: true,
      ...(costPerDevice === undefined ? {} : { cost: costPerDevice }),
      description: `The devices, ${most}. One named twice is asked for once. Empty only with allDevices.`,
    }),
    allDevices: t.boolean({
      defaultValue: false,
      description:
        'Every device of the account that the filters leave. Has to be true where imei is empty: the platform takes an empty list for it.',
    }),
    startDate: t.field({ type: 'ReportDate', description: START_DATE }),
    endDate: t.field({ type: 'ReportDate', description: END_DATE }),
    deviceGroup: t.string({ description: 'Only devices of this group; at most 256 characters.' }),
    deviceLabel: t.string({ description: 'Only devices with this label; at most 256 characters.' }),
    dataPlan: t.string({ description: 'Only devices on this data plan; at most 256 characters.' }),
    noSessionFlag: t.boolean({ description: 'True keeps only devices that had no session in the window.' }),
  };
}

type UsageInputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** The arguments that both aggregate reports share, as GraphQL hands them over. */
export interface UsageQueryInput {
  readonly accountNumber?: unknown;
  readonly imei: readonly unknown[];
  readonly allDevices?: boolean | null | undefined;
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  readonly deviceGroup?: string | null | undefined;
  readonly deviceLabel?: string | null | undefined;
  readonly dataPlan?: string | null | undefined;
  readonly noSessionFlag?: boolean | null | undefined;
}

/** Which devices are meant, each once in the order asked; none at all means every device of the account. */
export interface UsageSelection {
  readonly query: UsageQuery;
  readonly imeis: readonly Imei[];
}

/** The selection, or null where the faults say why it is none; without a limit, the operation's budget is what bounds it. */
export function parseUsageSelection(
  input: UsageQueryInput,
  limit: DeviceLimit | null,
  context: OperationContext,
  faults: InputFault[],
): UsageSelection | null {
  const at = ['input'];
  const accountNumber = parseAccount(input.accountNumber, context, [...at, 'accountNumber'], faults);
  const imeis = parseDevices(input, limit, faults);
  const window = parseReportWindow(input.startDate, input.endDate, context.now(), at, faults);
  const filters = {
    deviceGroup: parseFilter(input.deviceGroup, [...at, 'deviceGroup'], faults),
    deviceLabel: parseFilter(input.deviceLabel, [...at, 'deviceLabel'], faults),
    dataPlan: parseFilter(input.dataPlan, [...at, 'dataPlan'], faults),
    noSessionFlag: input.noSessionFlag ?? null,
  };
  return accountNumber === null ? null : { query: { accountNumber, window, ...filters }, imeis };
}

function parseDevices({ imei, allDevices }: UsageQueryInput, limit: DeviceLimit | null, faults: InputFault[]): Imei[] {
  if (imei.length === 0 && allDevices !== true) {
    faults.push({
      argumentPath: ['input', 'imei'],
      message: 'This list is empty. Name devices, or set allDevices to true for every device of the account.',
    });
  }
  if (imei.length > 0 && allDevices === true) {
    faults.push({
      argumentPath: ['input', 'allDevices'],
      message: 'Devices are named, too. Leave imei empty for every device of the account, or leave allDevices out.',
    });
  }
  return parseImeis(imei, limit, ['input', 'imei'], faults);
}

/** The account that is meant: the one named, else the caller's. Null and a fault where there is neither. Throws FORBIDDEN where the caller may not see it. */
export function parseAccount(
  sent: unknown,
  { accountNumber, access }: OperationContext,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): AccountNumber | null {
  const parsed = parseAccountNumber(sent, accountNumber, argumentPath, faults);
  if (parsed !== null) requireAccount(access, parsed);
  return parsed;
}

/** What the figures of a device are asked with. */
export interface DeviceArguments {
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  readonly durationLow?: unknown;
  readonly durationHigh?: unknown;
}

export const argumentCheck: ArgumentCheck = {
  check(args, context) {
    const faults: InputFault[] = [];
    parseArguments(args, context, faults);
    return faults;
  },
};

/** The arguments as the domain has them. Throws BAD_USER_INPUT, for what is below the field, too. */
export function parseOrReject(args: DeviceArguments, context: OperationContext, info: GraphQLResolveInfo) {
  const faults: InputFault[] = [];
  const parsed = parseArguments(args, context, faults);
  rejectFaults(faults);
  checkArgumentsBelow(info, context);
  return parsed;
}

/** The arguments as the domain has them; every reason why they are none becomes a fault. */
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
