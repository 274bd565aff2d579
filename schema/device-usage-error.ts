import type { DeviceUsageError, UpstreamErrorMessage } from '../src/reports/usage-answer.ts';
import { builder } from './builder.ts';

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
