import type { DeviceListUpload } from '../src/async-reports/fleets/fleet-commands.ts';
import type { OperationContext } from '../src/context.ts';
import { describeAccount, parseAccount } from './arguments.ts';
import { ASYNCHRONOUS, builder } from './builder.ts';
import { fieldRule } from './rules/field-rule.ts';
import { asciiText } from './rules/value-size.ts';
import { toDateTime } from './scalars.ts';

const DeviceListUploadRef = builder
  .objectRef<DeviceListUpload & { readonly url: string }>('DeviceListUpload')
  .implement({
    description:
      'Where to upload a list of devices, as text or CSV in ASCII or UTF-8 with one IMEI per line and nothing else; a first line "imei" is ' +
      'ignored. At most 1,000,000 devices; duplicates count once. The response has the number of devices, or the numbers of lines that are ' +
      'not valid.',
    fields: (t) => ({
      id: t.exposeID('id', {
        nullable: false,
        extensions: asciiText(64),
        description: 'Identifies the list. Only you can use it, for one report.',
      }),
      url: t.exposeString('url', {
        nullable: false,
        extensions: asciiText(500),
        description: 'Signed URL to send the file to. If authentication is on, the upload requires it, too.',
      }),
      method: t.string({
        nullable: false,
        extensions: asciiText(3),
        description: 'HTTP method of the upload: PUT.',
        resolve: () => 'PUT',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'When the URL expires, after DEVICE_LIST_MINUTES. A list is kept as long again after its upload.',
        resolve: ({ expiresAtMs }) => toDateTime(expiresAtMs),
      }),
      maxBytes: t.expose('maxBytes', {
        type: 'SafeInt',
        nullable: false,
        description: 'Maximum size of the file, in bytes.',
      }),
    }),
  });

// Nobody can look it up, so other subgraphs can only refer to it.
builder.asEntity(DeviceListUploadRef, {
  key: builder.keyDirective(builder.selection<{ id: string }>('id'), false),
  // Required by the type alone: such an entity is never asked for.
  resolveReference: () => null,
});

const uploadRule = fieldRule({
  scope: 'reports:request',
  loads: true,
  prepare: ({ accountNumber }: { readonly accountNumber?: unknown }, context, faults) => ({
    accountNumber:
      accountNumber === undefined || accountNumber === null
        ? context.accountNumber
        : parseAccount(accountNumber, context, ['accountNumber'], faults),
  }),
});

builder.mutationField('createDeviceListUpload', (t) =>
  t.field({
    type: DeviceListUploadRef,
    tag: ASYNCHRONOUS,
    description: 'Creates a place to upload a list of devices for requestFleetReport. You can have 10 at once.',
    args: {
      accountNumber: t.arg({
        type: 'AccountNumber',
        description: describeAccount(
          'Account that the list is for.',
          '; without either, any account that you may access',
        ),
      }),
    },
    extensions: uploadRule.extensions,
    resolve: uploadRule.resolver(async (_, { accountNumber }, context: OperationContext) => {
      const upload = await context.fleets.createUpload(context, accountNumber);
      return { ...upload, url: `${context.toOrigin()}${upload.path}` };
    }),
  }),
);
