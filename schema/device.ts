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
  // Not parsed: a hundred thousand bad ones would be told of twice.
  if (accountNumber === null || !imeisSent.every(isImei)) return null;
  return { ...on, devices: [{ accountNumber, imeis: imeisSent, unnamed: null }] };
}

/** They cost nothing by themselves; what is asked of them, the operation's budget bounds. */
const LIST_LIMIT = { maxDevices: 10_000, instead: 'Ask for fewer.' };

DeviceRef.implement({
  description: 'A cellular device, on one billing account of the carrier. Other subgraphs can extend it by its IMEI.',
  fields: (t) => ({
    imei: t.exposeID('imei', { nullable: false, description: 'The device’s 15-digit identity.' }),
    accountNumber: t.exposeID('accountNumber', {
      nullable: false,
      description: 'The billing account that its figures are asked for; the configured one where none was named.',
    }),
    usage: t.field({
      type: DeviceUsageRef,
      cost: DEVICE_COST,
      description:
        'Sessions and bytes of the device in a window. Devices of one operation share upstream calls, ten to a call. ' +
        'Null where the platform leaves the device out; an error where it refuses the device.',
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
      description: 'The sessions of the device in a window: one upstream call a device.',
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
      'One device by its IMEI. It costs no upstream call by itself, so whether the platform knows it shows in its figures.',
    args: {
      imei: t.arg({ type: 'IMEI', required: true, description: 'The device.' }),
      accountNumber: t.arg({
        type: 'AccountNumber',
        description: 'Its account; the configured one where it is left out.',
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
    description: 'Devices by their IMEIs, each once, in the order asked. They cost no upstream call by themselves.',
    args: {
      imei: t.arg({ type: ['IMEI'], required: true, description: 'The devices, at most 10,000.' }),
      accountNumber: t.arg({
        type: 'AccountNumber',
        description: 'Their account; the configured one where it is left out.',
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
