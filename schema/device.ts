import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import { parseImei, parseImeis, isImei } from '../src/domain/imei.ts';
import { NO_FILTERS } from '../src/domain/report-filters.ts';
import type { OperationContext } from '../src/context.ts';
import { toUsageOrThrow } from '../src/reports/merged-report.ts';
import {
  parseAccount,
  DURATION_HIGH,
  DURATION_LOW,
  END_DATE,
  START_DATE,
  argumentCheck,
  parseOrReject,
  parseArguments,
} from './arguments.ts';
import { builder, CALL_COST, DEVICE_COST, ROWS_ASSUMED } from './builder.ts';
import { DeviceRef, type Device, DeviceUsageRef } from './usage.ts';
import { SessionsReportRef } from './sessions-report.ts';
import type { ExpectedObjects, PlannedCalls } from './rules/planned-calls.ts';

export const plannedUsage: PlannedCalls = {
  calls: {
    asks: true,
    plan(on, args, { estimate, context }) {
      const faults: InputFault[] = [];
      const { window } = parseArguments(args, context, faults);
      if (faults.length > 0) return null;
      return { ...on, tick: estimate.usage(on.tick, on.devices, { ...NO_FILTERS, window }) };
    },
  },
};

export const plannedSessions: PlannedCalls = {
  calls: {
    asks: true,
    plan(on, args, { estimate, context }) {
      const faults: InputFault[] = [];
      const query = parseArguments(args, context, faults);
      return faults.length > 0 ? null : { ...on, tick: estimate.sessions(on.tick, on.devices, query) };
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
  // Only tested, not parsed: the resolver reports the faults, and a list can have 100,000 of them.
  if (accountNumber === null || !imeisSent.every(isImei)) return null;
  return { ...on, devices: [{ accountNumber, imeis: imeisSent, unnamed: null }] };
}

/** Devices cost no upstream call by themselves; the operation's budget limits the calls of the fields below them. */
const LIST_LIMIT = { maxDevices: 10_000, instead: 'Ask for fewer.' };

DeviceRef.implement({
  description: 'A cellular device on a billing account. Other subgraphs can extend it by its IMEI.',
  fields: (t) => ({
    imei: t.exposeID('imei', { nullable: false, description: 'The 15-digit IMEI of the device.' }),
    accountNumber: t.exposeID('accountNumber', {
      nullable: false,
      description: 'Billing account that usage and sessionsReport are for.',
    }),
    usage: t.field({
      type: DeviceUsageRef,
      cost: DEVICE_COST,
      description:
        'Sessions and bytes of the device in a window. Ten devices share an upstream call. ' +
        'Null if ThingSpace leaves the device out; an error if ThingSpace rejects the device or the call fails.',
      args: {
        startDate: t.arg({ type: 'ReportDate', description: START_DATE }),
        endDate: t.arg({ type: 'ReportDate', description: END_DATE }),
      },
      extensions: { ...argumentCheck, ...plannedUsage },
      resolve: async (device, args, context, info) => {
        const { window } = parseOrReject(args, context, info);
        const query = { ...NO_FILTERS, accountNumber: device.accountNumber, window };
        const [outcome] = await context.loaders.usage().loadDevices(query, [device.imei]);
        return outcome === undefined ? null : toUsageOrThrow(outcome);
      },
    }),
    sessionsReport: t.field({
      type: SessionsReportRef,
      cost: CALL_COST,
      description: 'Sessions of the device in a window. One upstream call per device.',
      args: {
        startDate: t.arg({ type: 'ReportDate', description: START_DATE }),
        endDate: t.arg({ type: 'ReportDate', description: END_DATE }),
        durationLow: t.arg.int({ description: DURATION_LOW }),
        durationHigh: t.arg.int({ description: DURATION_HIGH }),
      },
      extensions: { ...argumentCheck, ...plannedSessions },
      resolve: (device, args, context, info) =>
        context.loaders.sessions().load({ ...device, ...parseOrReject(args, context, info) }),
    }),
  }),
});

builder.asEntity(DeviceRef, {
  key: [
    builder.selection<{ imei: string }>('imei'),
    builder.selection<{ accountNumber: string; imei: string }>('accountNumber imei'),
  ],
  resolveReference: (key: { imei: string; accountNumber?: string }, context) =>
    toDevice(key.imei, key.accountNumber, context),
});

builder.queryField('device', (t) =>
  t.field({
    type: DeviceRef,
    description:
      'A device by its IMEI. Costs no upstream call, so it is returned even if ThingSpace does not know it; ' +
      'its usage and sessionsReport then fail or are null.',
    args: {
      imei: t.arg({ type: 'IMEI', required: true, description: 'IMEI of the device.' }),
      accountNumber: t.arg({
        type: 'AccountNumber',
        description:
          'Account of the device. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), ' +
          'otherwise the only account that the access token lists.',
      }),
    },
    extensions: { ...plannedDevice },
    resolve: (_, { imei, accountNumber }, context) => toDevice(imei, accountNumber, context),
  }),
);

builder.queryField('devices', (t) =>
  t.field({
    type: [DeviceRef],
    nullable: { list: true, items: false },
    listSize: { assumedSize: ROWS_ASSUMED.devices },
    description: 'Devices by their IMEIs, in the order of imei, without duplicates. Costs no upstream call by itself.',
    args: {
      imei: t.arg({ type: ['IMEI'], required: true, description: 'IMEIs of the devices, at most 10,000.' }),
      accountNumber: t.arg({
        type: 'AccountNumber',
        description:
          'Account of the devices. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), ' +
          'otherwise the only account that the access token lists.',
      }),
    },
    extensions: { ...plannedDevices },
    resolve: (_, args, context) => {
      const faults: InputFault[] = [];
      const accountNumber = parseAccount(args.accountNumber, context, ['accountNumber'], faults);
      const imeis = parseImeis(args.imei, LIST_LIMIT, ['imei'], faults);
      rejectFaults(faults);
      return accountNumber === null ? [] : imeis.map((imei) => ({ imei, accountNumber }));
    },
  }),
);

function toDevice(imeiSent: unknown, accountSent: unknown, context: OperationContext): Device | null {
  const faults: InputFault[] = [];
  const imei = parseImei(imeiSent, ['imei'], faults);
  const accountNumber = parseAccount(accountSent, context, ['accountNumber'], faults);
  rejectFaults(faults);
  return imei === null || accountNumber === null ? null : { imei, accountNumber };
}
