import type { AccountNumber } from '../src/domain/account.ts';
import type { Usage, UsageTotals } from '../src/domain/usage-totals.ts';
import type { Imei } from '../src/domain/imei.ts';
import { builder } from './builder.ts';
import type { DeviceUsageError, UpstreamErrorMessage } from '../src/reports/usage-answer.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { ArgumentCheck } from './rules/arguments-below.ts';

export interface Device {
  readonly imei: Imei;
  readonly accountNumber: AccountNumber;
}

export const DeviceRef = builder.objectRef<Device>('Device');

export interface UsageOfDevice extends Usage {
  readonly imei: Imei;
  readonly call: { readonly accountNumber: AccountNumber };
}

export const DeviceUsageRef = builder.objectRef<UsageOfDevice>('DeviceUsage').implement({
  description: 'What one device did in the window.',
  fields: (t) => ({
    imei: t.exposeID('imei', { nullable: false, description: 'The device’s 15-digit identity.' }),
    device: t.field({
      type: DeviceRef,
      nullable: false,
      description: 'The device itself, for its other figures and for what other subgraphs know of it.',
      resolve: ({ imei, call }) => ({ imei, accountNumber: call.accountNumber }),
    }),
    numberOfSessions: t.exposeInt('numberOfSessions', {
      description: 'Sessions in the window; null where the platform gave no number that can be trusted.',
    }),
    bytesTransferred: t.expose('bytesTransferred', {
      type: 'SafeInt',
      description: 'Bytes in the window; null where the platform gave no number that can be trusted.',
    }),
  }),
});

const UpstreamErrorMessageRef = builder.objectRef<UpstreamErrorMessage>('UpstreamErrorMessage').implement({
  description: 'What the platform says of a device that it could not report, in its own words.',
  fields: (t) => ({
    errorCode: t.exposeString('errorCode', {
      description:
        'The platform’s code, such as INVALID_PARAMETER; codes are stable. Where a whole call failed and the platform gave no code, that of the failure, such as UPSTREAM_TIMEOUT.',
    }),
    errorMessage: t.exposeString('errorMessage', { description: 'The platform’s message; messages are not stable.' }),
    httpStatusCode: t.exposeString('httpStatusCode', {
      description: 'An HTTP status in words, such as "404 NOT_FOUND".',
    }),
    detailErrorMessage: t.exposeString('detailErrorMessage', {
      description: 'More of the message, where there is more.',
    }),
  }),
});

export const DeviceUsageErrorRef = builder.objectRef<Omit<DeviceUsageError, 'kind'>>('DeviceUsageError').implement({
  description:
    'A device that the platform could not report: because of the device, or because the call that asked for it failed.',
  fields: (t) => ({
    imei: t.exposeID('imei', { description: 'The device; null where the platform does not say which.' }),
    errorMessage: t.exposeString('errorMessage', { description: 'What happened, and what to do where that is known.' }),
    errorResponse: t.field({
      type: UpstreamErrorMessageRef,
      description: 'The platform’s own words; null where it said nothing.',
      resolve: ({ errorResponse }) => errorResponse,
    }),
  }),
});

export const UsageOrderRef = builder.enumType('UsageOrder', {
  description: 'In which order devices come. Devices without the figure come last, equal ones by IMEI.',
  values: {
    BYTES_DESC: { description: 'Most bytes first.' },
    BYTES_ASC: { description: 'Fewest bytes first.' },
    SESSIONS_DESC: { description: 'Most sessions first.' },
    SESSIONS_ASC: { description: 'Fewest sessions first.' },
    IMEI: { description: 'By IMEI, as text.' },
  },
});

export interface TotalsOfUsage extends UsageTotals {
  /** Bytes a device at each percentile; empty where no device has a figure. */
  readonly toBytesPercentiles: (percentiles: readonly number[]) => readonly number[] | Promise<readonly number[]>;
}

const percentilesCheck: ArgumentCheck = { check: ({ p }) => checkPercentiles(p) };

export const UsageTotalsRef = builder.objectRef<TotalsOfUsage>('UsageTotals').implement({
  description: 'Sums over the devices in the report’s usage; what is in its errors or missing does not count.',
  fields: (t) => ({
    devices: t.exposeInt('devices', { nullable: false, description: 'Devices in usage.' }),
    silentDevices: t.exposeInt('silentDevices', {
      nullable: false,
      description: 'Devices in usage without a session.',
    }),
    incompleteDevices: t.exposeInt('incompleteDevices', {
      nullable: false,
      description: 'Devices in usage with a figure that the platform left out or garbled. The sums are without it.',
    }),
    numberOfSessions: t.expose('numberOfSessions', {
      type: 'SafeInt',
      nullable: false,
      description: 'Sessions of all devices together.',
    }),
    bytesTransferred: t.expose('bytesTransferred', {
      type: 'SafeInt',
      nullable: false,
      description: 'Bytes of all devices together.',
    }),
    bytesPercentiles: t.field({
      type: ['SafeInt'],
      nullable: false,
      description:
        'Bytes per device at each percentile asked for (nearest rank), in the order asked; empty where no device has a figure.',
      extensions: { ...percentilesCheck },
      args: {
        p: t.arg.floatList({
          required: true,
          defaultValue: [50, 95, 99],
          description: 'The percentiles, each from 0 to 100, at most 100 of them.',
        }),
      },
      resolve: ({ toBytesPercentiles }, { p }) => {
        rejectFaults(checkPercentiles(p));
        return toBytesPercentiles(p);
      },
    }),
  }),
});

const MAX_PERCENTILES = 100;

function checkPercentiles(percentiles: unknown): InputFault[] {
  if (!Array.isArray(percentiles)) return [];
  if (percentiles.length > MAX_PERCENTILES) {
    const message = `These are ${percentiles.length} percentiles. Send at most ${MAX_PERCENTILES}.`;
    return [{ argumentPath: ['p'], message }];
  }
  return percentiles.flatMap((percentile: unknown, index) =>
    typeof percentile === 'number' && percentile >= 0 && percentile <= 100
      ? []
      : [{ argumentPath: ['p', index], message: 'This is no percentile. Send a number from 0 to 100.' }],
  );
}
