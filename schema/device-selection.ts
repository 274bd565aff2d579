import type { InputFault } from '../src/domain/errors.ts';
import type { Imei } from '../src/domain/imei.ts';
import { NO_FILTERS, parseFilter, type UsageFilters } from '../src/domain/report-filters.ts';
import type { AccountNumber } from '../src/domain/account.ts';
import type { OperationContext } from '../src/context.ts';
import { ACCOUNT_NUMBER, parseAccount, parseDevices } from './arguments.ts';
import type { builder } from './builder.ts';

type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** Which devices a series is about, not yet parsed. */
export interface DeviceSelectionInput {
  readonly accountNumber?: unknown;
  readonly imei: readonly unknown[];
  readonly allDevices?: boolean | null;
  readonly deviceGroup?: string | null;
  readonly deviceLabel?: string | null;
  readonly dataPlan?: string | null;
}

/** Which devices a series is about. */
export interface DeviceSelection {
  readonly accountNumber: AccountNumber;
  /** Each once. Empty for every device of the account. */
  readonly imeis: readonly Imei[];
  readonly filters: UsageFilters;
}

const LIMIT = { maxDevices: 10_000, instead: 'Set allDevices to true for the whole account, or send fewer.' };
const TEXT = '1-256 characters, no control characters. Spaces at the ends are removed.';

/** Declares the input fields that choose devices. */
export function deviceSelectionFields(t: InputFields) {
  return {
    accountNumber: t.field({ type: 'AccountNumber', description: ACCOUNT_NUMBER }),
    imei: t.field({
      type: ['IMEI'],
      required: true,
      defaultValue: [],
      description: 'IMEIs of the devices, at most 10,000. Duplicates are ignored. Required, unless allDevices is true.',
    }),
    allDevices: t.boolean({
      defaultValue: false,
      description: 'Report on every device of the account that matches the filters. Leave out imei, or send [].',
    }),
    deviceGroup: t.string({ description: `Only devices in this device group. ${TEXT}` }),
    deviceLabel: t.string({ description: `Only devices with this label. ${TEXT}` }),
    dataPlan: t.string({ description: `Only devices on this data plan. ${TEXT}` }),
  };
}

/** Parses which devices are meant, and adds the faults. Null if no account is known. */
export function parseDeviceSelection(
  input: DeviceSelectionInput,
  context: OperationContext,
  faults: InputFault[],
): DeviceSelection | null {
  const at = ['input'];
  const accountNumber = parseAccount(input.accountNumber, context, [...at, 'accountNumber'], faults);
  const imeis = parseDevices(input, LIMIT, context, faults);
  const filters = {
    ...NO_FILTERS,
    deviceGroup: parseFilter(input.deviceGroup, [...at, 'deviceGroup'], faults),
    deviceLabel: parseFilter(input.deviceLabel, [...at, 'deviceLabel'], faults),
    dataPlan: parseFilter(input.dataPlan, [...at, 'dataPlan'], faults),
  };
  return accountNumber === null ? null : { accountNumber, imeis, filters };
}
