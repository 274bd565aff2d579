import type { AccountNumber } from '../src/domain/account.ts';
import type { DeviceError, UpstreamErrorMessage, Usage } from '../src/domain/device-usage.ts';
import type { UsageTotals } from '../src/domain/usage-totals.ts';
import type { Imei } from '../src/domain/imei.ts';
import { builder } from './builder.ts';
import { NULL_SUM, toSumOrThrow } from './sum.ts';
import type { InputFault } from '../src/domain/errors.ts';
import { MAX_TEXT_CHARACTERS } from '../src/domain/cut-text.ts';
import { fieldRule } from './rules/field-rule.ts';
import { anyText, fixedText } from './rules/value-size.ts';

export interface Device {
  readonly imei: Imei;
  readonly accountNumber: AccountNumber;
}

export const DeviceRef = builder.objectRef<Device>('Device');

export interface UsageOfDevice extends Usage {
  readonly imei: Imei;
  readonly call: { readonly accountNumber: AccountNumber };
}

/** Creates the function that makes rows of usage that came by this call or report. */
export function toUsageNode(call: UsageOfDevice['call']): (usage: Omit<UsageOfDevice, 'call'>) => UsageOfDevice {
  return ({ imei, numberOfSessions, bytesTransferred }) => ({ imei, numberOfSessions, bytesTransferred, call });
}

const LARGER = 'If ThingSpace sent two different ones, the larger one.';

export const DeviceUsageRef = builder.objectRef<UsageOfDevice>('DeviceUsage').implement({
  description: 'Usage of one device in the window.',
  fields: (t) => ({
    imei: t.exposeID('imei', {
      nullable: false,
      extensions: fixedText(15),
      description: 'The 15-digit IMEI of the device.',
    }),
    device: t.field({
      type: DeviceRef,
      nullable: false,
      description: 'The device, with its other reports and the fields of other subgraphs.',
      resolve: ({ imei, call }) => ({ imei, accountNumber: call.accountNumber }),
    }),
    numberOfSessions: t.exposeInt('numberOfSessions', {
      description: `Number of sessions in the window; null if ThingSpace sent no valid number. ${LARGER}`,
    }),
    bytesTransferred: t.expose('bytesTransferred', {
      type: 'SafeInt',
      description: `Bytes transferred in the window; null if ThingSpace sent no valid number. ${LARGER}`,
    }),
  }),
});

const TEXT = anyText(MAX_TEXT_CHARACTERS);

const UpstreamErrorMessageRef = builder.objectRef<UpstreamErrorMessage>('UpstreamErrorMessage').implement({
  description: 'Error response of ThingSpace about a device, with addresses and secrets hidden.',
  fields: (t) => ({
    errorCode: t.exposeString('errorCode', {
      extensions: TEXT,
      description:
        'Error code of ThingSpace, such as INVALID_PARAMETER. Codes are stable. If a whole upstream call failed and ThingSpace sent ' +
        'no code, an error code of this API, such as UPSTREAM_TIMEOUT.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      extensions: TEXT,
      description: 'Error message of ThingSpace. Messages are not stable.',
    }),
    httpStatusCode: t.exposeString('httpStatusCode', {
      extensions: TEXT,
      description: 'HTTP status, such as "404 NOT_FOUND"; only the number if a whole upstream call failed.',
    }),
    detailErrorMessage: t.exposeString('detailErrorMessage', {
      extensions: TEXT,
      description: 'Details of the error; null if ThingSpace sent none.',
    }),
  }),
});

export const DeviceUsageErrorRef = builder.objectRef<DeviceError>('DeviceUsageError').implement({
  description: 'A device that could not be reported: ThingSpace rejected it, or its upstream call failed.',
  fields: (t) => ({
    imei: t.exposeID('imei', {
      extensions: fixedText(15),
      description: 'IMEI of the device; null if ThingSpace did not name it.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      extensions: TEXT,
      description:
        'Error message of ThingSpace. If the whole upstream call failed, a message of this server that says what to do.',
    }),
    errorResponse: t.field({
      type: UpstreamErrorMessageRef,
      description: 'Error code, message and status; null if ThingSpace sent none for the device.',
      resolve: ({ errorResponse }) => errorResponse,
    }),
  }),
});

export const UsageOrderRef = builder.enumType('UsageOrder', {
  description: 'Sort order of devices. Devices whose value is null come last; equal values are sorted by IMEI.',
  values: {
    BYTES_DESC: { description: 'Most bytes first.' },
    BYTES_ASC: { description: 'Fewest bytes first.' },
    SESSIONS_DESC: { description: 'Most sessions first.' },
    SESSIONS_ASC: { description: 'Fewest sessions first.' },
    IMEI: { description: 'By IMEI, ascending.' },
  },
});

export interface TotalsOfUsage extends UsageTotals {
  /** Bytes per device at each percentile; empty if no device has a known number of bytes. */
  readonly toBytesPercentiles: (percentiles: readonly number[]) => readonly number[] | Promise<readonly number[]>;
}

const percentilesRule = fieldRule({
  prepare({ p }: { readonly p: readonly number[] }, _, faults) {
    checkPercentiles(p, faults);
    return p;
  },
  plan(_, on, { reads }) {
    reads.add({ reports: on.reports, toKey: () => 'percentiles', rows: 0 });
    return on;
  },
});

export const UsageTotalsRef = builder.objectRef<TotalsOfUsage>('UsageTotals').implement({
  description: 'Totals of the devices in usage. Devices in errors or missing do not count.',
  fields: (t) => ({
    devices: t.exposeInt('devices', { nullable: false, description: 'Number of devices in usage.' }),
    silentDevices: t.exposeInt('silentDevices', {
      nullable: false,
      description: 'Number of devices in usage without a session.',
    }),
    incompleteDevices: t.exposeInt('incompleteDevices', {
      nullable: false,
      description: 'Number of devices in usage whose sessions or bytes are null. The sums leave these values out.',
    }),
    numberOfSessions: t.field({
      type: 'SafeInt',
      description: `Total sessions of these devices. ${NULL_SUM}`,
      resolve: ({ numberOfSessions }, _, { errorCount }) =>
        toSumOrThrow('numberOfSessions', numberOfSessions, errorCount),
    }),
    bytesTransferred: t.field({
      type: 'SafeInt',
      description: `Total bytes of these devices. ${NULL_SUM}`,
      resolve: ({ bytesTransferred }, _, { errorCount }) =>
        toSumOrThrow('bytesTransferred', bytesTransferred, errorCount),
    }),
    bytesPercentiles: t.field({
      type: ['SafeInt'],
      nullable: false,
      description:
        'Bytes per device at each percentile (nearest rank), in the order of p. ' +
        'Devices with null bytes do not count; empty if there are no others.',
      extensions: percentilesRule.extensions,
      args: {
        p: t.arg.floatList({
          required: true,
          defaultValue: [50, 95, 99],
          description: 'Percentiles from 0 to 100; at most 100 of them.',
        }),
      },
      resolve: percentilesRule.resolver(({ toBytesPercentiles }: TotalsOfUsage, p) => toBytesPercentiles(p)),
    }),
  }),
});

const MAX_PERCENTILES = 100;

function checkPercentiles(percentiles: readonly number[], faults: InputFault[]): void {
  if (percentiles.length > MAX_PERCENTILES) {
    const message = `This list has ${percentiles.length} percentiles. Send at most ${MAX_PERCENTILES}.`;
    faults.push({ argumentPath: ['p'], message });
    return;
  }
  percentiles.forEach((percentile, index) => {
    if (percentile >= 0 && percentile <= 100) return;
    const message = 'This is not a valid percentile. Send a number from 0 to 100.';
    faults.push({ argumentPath: ['p', index], message });
  });
}
