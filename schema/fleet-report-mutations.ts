import { parseReportWindow } from '../src/domain/report-window.ts';
import { ACCOUNT_NUMBER, parseAccount } from './arguments.ts';
import { NOT_LISTENING } from './async-report-mutations.ts';
import { ASYNCHRONOUS, builder, CALL_COST } from './builder.ts';
import { findFleet, parseFleetId } from './fleet-report-queries.ts';
import { FleetReportRef } from './fleet-report.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { fieldRule } from './rules/field-rule.ts';

const RequestFleetReportInput = builder.inputType('RequestFleetReportInput', {
  description: 'Account, list of devices and window of a fleet report.',
  fields: (t) => ({
    accountNumber: t.field({ type: 'AccountNumber', description: ACCOUNT_NUMBER }),
    deviceListId: t.id({
      required: true,
      description: 'The id of an uploaded list, from createDeviceListUpload. The report uses it up.',
    }),
    startDate: t.field({
      type: 'ReportDate',
      description:
        'Start of the window. Default: ThingSpace chooses. ThingSpace resolves a keyword, or a side that is omitted, when each part is ' +
        'sent; with dates, all parts have the same window.',
    }),
    endDate: t.field({
      type: 'ReportDate',
      description: 'End of the window (inclusive). Default: ThingSpace chooses.',
    }),
    partsPerMinute: t.int({
      description: 'Maximum number of requests to ThingSpace per minute (1-600). Default: FLEET_PARTS_PER_MINUTE.',
    }),
    idempotencyKey: t.string({
      description:
        'Makes the mutation safe to repeat: the same key with the same input returns the first report instead of starting another. ' +
        '1-255 characters, no control characters. Belongs to the account and, if callers sign in, to the caller. ' +
        'The Idempotency-Key header does the same.',
    }),
  }),
});

type FleetInput = typeof RequestFleetReportInput.$inferInput;

const MAX_PARTS_PER_MINUTE = 600;

const requestRule = fieldRule({
  scope: 'reports:request',
  loads: true,
  prepare({ input }: { readonly input: FleetInput }, context, faults) {
    const accountNumber = parseAccount(input.accountNumber, context, ['input', 'accountNumber'], faults);
    const window = parseReportWindow(input.startDate, input.endDate, context.now(), ['input'], faults);
    const idempotencyKey = parseIdempotencyKey(input.idempotencyKey, context, faults);
    const partsPerMinute = input.partsPerMinute ?? null;
    if (partsPerMinute !== null && (partsPerMinute < 1 || partsPerMinute > MAX_PARTS_PER_MINUTE)) {
      const message = `This is not a number of requests per minute. Send a number from 1 to ${MAX_PARTS_PER_MINUTE}, or omit it.`;
      faults.push({ argumentPath: ['input', 'partsPerMinute'], message });
    }
    if (accountNumber === null) return null;
    return { accountNumber, window, idempotencyKey, partsPerMinute, listId: input.deviceListId };
  },
  plan(_, on, { estimate, path, context, reads }) {
    context.prepared.reportRequests.reports += 1;
    // The check that this server is the account's callback listener. Parts are requested later.
    estimate.add(1);
    const reports = { name: path, count: 1 };
    reads.add({ reports, toKey: () => 'find', rows: 1 });
    return { ...on, devices: [], reports };
  },
});

const cancelRule = fieldRule({
  scope: 'reports:request',
  loads: true,
  prepare: ({ id }: { readonly id: unknown }, _, faults) => parseFleetId(id, faults),
  plan(id, on, { reads }) {
    const reports = { name: JSON.stringify(['fleet', id]), count: 1 };
    reads.add({ reports, toKey: () => 'find', rows: 1 });
    return { ...on, devices: [], reports };
  },
});

builder.mutationField('requestFleetReport', (t) =>
  t.field({
    type: FleetReportRef,
    cost: CALL_COST,
    tag: ASYNCHRONOUS,
    description:
      'Starts a report on an uploaded list of up to 1,000,000 devices. It is stored at once; then its parts of 10,000 devices are requested ' +
      'from ThingSpace one after the other, also if this server is restarted. You can have 10 that are not complete.',
    args: {
      input: t.arg({
        type: RequestFleetReportInput,
        required: true,
        description: 'Account, list of devices and window.',
      }),
    },
    extensions: requestRule.extensions,
    resolve: requestRule.resolver(async (_, asked, context) => {
      context.cancellation.rejectIfOver();
      const { accountNumber, window, idempotencyKey, partsPerMinute, listId } = asked;
      const dates = { startDate: window.start?.text ?? null, endDate: window.end?.text ?? null };
      const id = await context.fleets.request(context, {
        ...{ accountNumber, listId, partsPerMinute, idempotencyKey },
        inputJson: JSON.stringify(dates),
        inputFingerprint: JSON.stringify(['fleet', dates, listId, partsPerMinute]),
      });
      const { warnings } = context.operation;
      const isRegistered = await context.listenerCheck.isRegistered(accountNumber, context.operation);
      if (isRegistered === false && !warnings.includes(NOT_LISTENING)) warnings.push(NOT_LISTENING);
      return findFleet(id, context);
    }),
  }),
);

builder.mutationField('cancelFleetReport', (t) =>
  t.field({
    type: FleetReportRef,
    tag: ASYNCHRONOUS,
    description:
      'Cancels what was not sent of a fleet report. ThingSpace has no cancel: what it accepted goes on, and its results still arrive. If ' +
      'everything was sent, the report stays as it is.',
    args: { id: t.arg.id({ required: true, description: 'The id that requestFleetReport returned.' }) },
    extensions: cancelRule.extensions,
    resolve: cancelRule.resolver(async (_, id, context) => {
      await context.fleets.cancel(context, id);
      return findFleet(id, context);
    }),
  }),
);
