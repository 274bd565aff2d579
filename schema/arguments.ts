import type { InputFault } from '../src/domain/errors.ts';
import { parseImeis, type DeviceLimit, type Imei } from '../src/domain/imei.ts';
import { parseFilter } from '../src/domain/report-filters.ts';
import { parseReportWindow } from '../src/domain/report-window.ts';
import type { OperationContext } from '../src/context.ts';
import type { UsageScope } from '../src/reports/aggregate-request.ts';
import { parseAccount } from './account-argument.ts';
import type { builder } from './builder.ts';
import { ACCOUNT_NUMBER, END_DATE, START_DATE } from './report-arguments.ts';

/** The input fields that both aggregate reports share, with how many devices at most; each adds to the cost where it adds to the calls. */
export function usageScopeFields(t: UsageInputFields, most: string, costADevice?: number) {
  return {
    accountNumber: t.field({ type: 'AccountNumber', description: ACCOUNT_NUMBER }),
    imei: t.field({
      type: ['IMEI'],
      required: true,
      ...(costADevice === undefined ? {} : { cost: costADevice }),
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
export interface UsageScopeInput {
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
  readonly scope: UsageScope;
  readonly imeis: readonly Imei[];
}

/** The selection, or null where the faults say why it is none; without a limit, the operation's budget is what bounds it. */
export function parseUsageSelection(
  input: UsageScopeInput,
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
  return accountNumber === null ? null : { scope: { accountNumber, window, ...filters }, imeis };
}

function parseDevices({ imei, allDevices }: UsageScopeInput, limit: DeviceLimit | null, faults: InputFault[]): Imei[] {
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
