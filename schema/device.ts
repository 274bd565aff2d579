import { toErrorOrNull } from '../src/domain/error-limit.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import { parseImei, parseImeis } from '../src/domain/imei.ts';
import { NO_FILTERS } from '../src/domain/report-filters.ts';
import type { OperationContext } from '../src/context.ts';
import { toUsageOrThrow } from '../src/reports/merged-report.ts';
import {
  describeAccount,
  DURATION_HIGH,
  DURATION_LOW,
  parseAccount,
  parseArguments,
  windowArguments,
  type DeviceArguments,
} from './arguments.ts';
import { builder, CALL_COST, DEVICE_COST, ROWS_ASSUMED } from './builder.ts';
import { DeviceRef, type Device, DeviceUsageRef } from './usage.ts';
import { SessionsReportRef } from './sessions-report.ts';
import { fieldRule } from './rules/field-rule.ts';
import { parseOnce } from './rules/parse-once.ts';
import { asciiText, fixedText } from './rules/value-size.ts';

const usageRule = fieldRule({
  loads: true,
  prepare: (args: DeviceArguments, context, faults) => ({
    ...NO_FILTERS,
    window: parseArguments(args, context, faults).window,
  }),
  plan(query, on, { estimate }) {
    estimate.usage(on.devices, query);
    return on;
  },
});

const sessionsRule = fieldRule({
  loads: true,
  prepare: parseArguments,
  plan(query, on, { estimate }) {
    estimate.sessions(on.devices, query);
    return on;
  },
});

/** Devices cost no upstream call by themselves; the operation's budget limits the calls of the fields below them. */
const LIST_LIMIT = { maxDevices: 10_000, instead: 'Ask for fewer.' };

DeviceRef.implement({
  description: 'A cellular device on a billing account. Other subgraphs can extend it by its IMEI.',
  fields: (t) => ({
    imei: t.exposeID('imei', {
      nullable: false,
      extensions: fixedText(15),
      description: 'The 15-digit IMEI of the device.',
    }),
    accountNumber: t.exposeID('accountNumber', {
      extensions: asciiText(64),
      nullable: false,
      description: 'Billing account that usage and sessionsReport are for.',
    }),
    usage: t.field({
      type: DeviceUsageRef,
      cost: DEVICE_COST,
      description:
        'Sessions and bytes of the device in a window. Ten devices share an upstream call. ' +
        'Null if ThingSpace leaves the device out; an error if ThingSpace rejects the device, if it leaves the device out and reports an ' +
        'error without naming a device, or if the call fails.',
      args: windowArguments(t.arg),
      extensions: usageRule.extensions,
      resolve: usageRule.resolver(async ({ imei, accountNumber }: Device, query, { loaders, errorCount, pace }) => {
        const [outcome] = await loaders.usage().loadDevices({ ...query, accountNumber }, [imei]);
        const turn = pace(1);
        if (turn !== null) await turn;
        return outcome === undefined ? null : toUsageOrThrow(outcome, errorCount);
      }),
    }),
    sessionsReport: t.field({
      type: SessionsReportRef,
      cost: CALL_COST,
      description: 'Sessions of the device in a window. One upstream call per device.',
      args: {
        ...windowArguments(t.arg),
        durationLow: t.arg.int({ description: DURATION_LOW }),
        durationHigh: t.arg.int({ description: DURATION_HIGH }),
      },
      extensions: sessionsRule.extensions,
      resolve: sessionsRule.resolver(async (device: Device, query, { loaders, errorCount, pace }) => {
        try {
          const report = await loaders.sessions().load({ ...device, ...query });
          const turn = pace(1 + report.sessions.length);
          if (turn !== null) await turn;
          return report;
        } catch (error) {
          if (toErrorOrNull(errorCount, () => error) === null) return null;
          throw error;
        }
      }),
    }),
  }),
});

builder.asEntity(DeviceRef, {
  key: [
    builder.selection<{ imei: string }>('imei'),
    builder.selection<{ accountNumber: string; imei: string }>('accountNumber imei'),
  ],
  resolveReference(key: DeviceKey, context) {
    const faults: InputFault[] = [];
    const device = parseDevice(key, context, faults);
    rejectFaults(faults);
    return device;
  },
});

interface DeviceKey {
  readonly imei: unknown;
  readonly accountNumber?: unknown;
}

const deviceRule = fieldRule({
  scope: 'reports:read',
  prepare: parseDevice,
  plan: ({ imei, accountNumber }, on) => ({ ...on, devices: [{ accountNumber, imeis: [imei], unnamed: null }] }),
});

interface DevicesArguments {
  readonly imei: readonly unknown[];
  readonly accountNumber?: unknown;
}

const devicesRule = fieldRule({
  scope: 'reports:read',
  prepare(args: DevicesArguments, context, faults) {
    const accountNumber = parseAccount(args.accountNumber, context, ['accountNumber'], faults);
    const imeis = parseOnce(context, args.imei, 'imei', faults, (own) =>
      parseImeis(args.imei, LIST_LIMIT, ['imei'], own),
    );
    return accountNumber === null ? null : { accountNumber, imeis };
  },
  plan: ({ accountNumber, imeis }, on) => ({ ...on, devices: [{ accountNumber, imeis, unnamed: null }] }),
});

builder.queryField('device', (t) =>
  t.field({
    type: DeviceRef,
    description:
      'A device by its IMEI. Costs no upstream call, so it is returned even if ThingSpace does not know it; ' +
      'its usage and sessionsReport then fail or are null.',
    args: {
      imei: t.arg({ type: 'IMEI', required: true, description: 'IMEI of the device.' }),
      accountNumber: t.arg({ type: 'AccountNumber', description: describeAccount('Account of the device.') }),
    },
    extensions: deviceRule.extensions,
    resolve: deviceRule.resolver((_, device) => device),
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
      accountNumber: t.arg({ type: 'AccountNumber', description: describeAccount('Account of the devices.') }),
    },
    extensions: devicesRule.extensions,
    resolve: devicesRule.resolver((_, { accountNumber, imeis }) => imeis.map((imei) => ({ imei, accountNumber }))),
  }),
);

/** Parses the key of a device; returns null, with a fault, if it is not valid. */
function parseDevice(key: DeviceKey, context: OperationContext, faults: InputFault[]): Device | null {
  const imei = parseImei(key.imei, ['imei'], faults);
  const accountNumber = parseAccount(key.accountNumber, context, ['accountNumber'], faults);
  return imei === null || accountNumber === null ? null : { imei, accountNumber };
}
