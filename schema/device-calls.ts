import type { OperationContext } from '../src/context.ts';
import type { InputFault } from '../src/domain/errors.ts';
import { isImei } from '../src/domain/imei.ts';
import { NO_FILTERS } from '../src/domain/report-filters.ts';
import { parseAccount } from './account-argument.ts';
import { parseArguments } from './device-arguments.ts';
import type { ExpectedObjects, PlannedCalls } from './rules/planned-calls.ts';

export const plannedUsage: PlannedCalls = {
  calls: {
    asks: true,
    plan(on, args, { tally, context }) {
      const faults: InputFault[] = [];
      const { window } = parseArguments(args, context, faults);
      if (faults.length > 0) return null;
      return { ...on, moment: tally.usage(on.moment, on.devices, { ...NO_FILTERS, window }) };
    },
  },
};

export const plannedSessions: PlannedCalls = {
  calls: {
    asks: true,
    plan(on, args, { tally, context }) {
      const faults: InputFault[] = [];
      const query = parseArguments(args, context, faults);
      return faults.length > 0 ? null : { ...on, moment: tally.sessions(on.moment, on.devices, query) };
    },
  },
};

export const plannedDevice: PlannedCalls = {
  calls: {
    asks: false,
    plan: (on, { imei, accountNumber }, { context }) => toExpectedDevices(on, [imei], accountNumber, context),
  },
};

export const plannedDevices: PlannedCalls = {
  calls: {
    asks: false,
    plan: (on, { imei, accountNumber }, { context }) =>
      Array.isArray(imei) ? toExpectedDevices(on, imei, accountNumber, context) : null,
  },
};

function toExpectedDevices(
  on: ExpectedObjects,
  imeisSent: readonly unknown[],
  accountSent: unknown,
  context: OperationContext,
): ExpectedObjects | null {
  const faults: InputFault[] = [];
  const accountNumber = parseAccount(accountSent, context, ['accountNumber'], faults);
  // Not parsed: a hundred thousand bad ones would be told of twice.
  if (accountNumber === null || !imeisSent.every(isImei)) return null;
  return { ...on, devices: [{ accountNumber, imeis: imeisSent, unnamed: null }] };
}
