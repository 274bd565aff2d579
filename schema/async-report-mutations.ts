import { rejectFaults, type InputFault, type Warning } from '../src/domain/errors.ts';
import type { OperationContext } from '../src/context.ts';
import { MAX_DEVICES_PER_REQUEST } from '../src/reports/aggregated-report-request.ts';
import { toUsageQueryKey } from '../src/reports/aggregate-request.ts';
import type { FoundReport } from '../src/async-reports/live/watch.ts';
import { AggregatedReportRequestRef } from './async-report.ts';
import { builder, CALL_COST, ASYNCHRONOUS } from './builder.ts';
import { fieldRule, type ExpectedObjects, type Planning } from './rules/field-rule.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';
import { findRequest, parseRequestKey, rejectUnknown, requestArguments } from './async-report-queries.ts';
import { readMissing, toRetryFaults } from './missing-devices.ts';
import { parseUsageSelection, usageQueryFields, type UsageSelection } from './arguments.ts';

const RequestAggregatedReportInput = builder.inputType('RequestAggregatedReportInput', {
  description: 'Account, devices, window and filters of an asynchronous report.',
  fields: (t) => ({
    ...usageQueryFields(t, 'at most 10,000'),
    portalInitiated: t.boolean({
      defaultValue: false,
      description:
        'Value of the X-Portal-Initiated header of the upstream call. ThingSpace documents it only as "whether a listener is used". ' +
        'Whatever the value, results arrive here only if this server is the registered callback listener.',
    }),
    idempotencyKey: t.string({
      description:
        'Makes the mutation safe to repeat: the same key with the same input returns the first report instead of starting another. ' +
        '1-255 characters, no control characters. Belongs to the account and, if callers sign in, to the caller. ' +
        'The Idempotency-Key header does the same.',
    }),
  }),
});

type ReportInput = typeof RequestAggregatedReportInput.$inferInput;

/** The request itself, and the check that this server is the account's callback listener. */
const CALLS_PER_REQUEST = 2;

const requestRule = fieldRule({
  scope: 'reports:request',
  loads: true,
  prepare({ input }: { readonly input: ReportInput }, context, faults) {
    const selection = parseSelection(input, context, faults);
    const idempotencyKey = parseIdempotencyKey(input.idempotencyKey, context, faults);
    return selection === null ? null : { selection, input, idempotencyKey };
  },
  plan({ selection }, on, planning) {
    planning.context.prepared.reportRequests.devices += selection.imeis.length;
    return planRequest(on, planning);
  },
});

const retryRule = fieldRule({
  scope: 'reports:request',
  loads: true,
  prepare(args: { readonly txid: unknown; readonly accountNumber?: unknown }, context, faults) {
    const key = parseRequestKey(args, context, faults);
    const idempotencyKey = parseIdempotencyKey(null, context, faults);
    return key === null ? null : { key, idempotencyKey };
  },
  plan: (_, on, planning) => planRequest(on, planning),
});

function planRequest(on: ExpectedObjects, { estimate, path, context }: Planning): ExpectedObjects {
  context.prepared.reportRequests.reports += 1;
  estimate.add(CALLS_PER_REQUEST);
  return { ...on, reports: { name: path, count: 1 } };
}

const IN_ONE_OPERATION = 'One operation starts at most 10 reports, on at most 10,000 devices in all.';

builder.mutationField('requestAggregatedReport', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    cost: CALL_COST,
    tag: ASYNCHRONOUS,
    description:
      'Starts an asynchronous report on up to 10,000 devices, or on a whole account, with one upstream call. ' +
      'The call is retried only if ThingSpace certainly did not start the report. ' +
      'Follow the report with aggregatedReportProgress, or poll aggregatedReportRequest. ' +
      IN_ONE_OPERATION,
    args: {
      input: t.arg({
        type: RequestAggregatedReportInput,
        required: true,
        description: 'Account, devices, window and filters.',
      }),
    },
    extensions: requestRule.extensions,
    resolve: requestRule.resolver((_, { selection, input, idempotencyKey }, context) =>
      requestReport(selection, input, { idempotencyKey, retryOf: null }, context),
    ),
  }),
);

builder.mutationField('retryMissingDevices', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    cost: CALL_COST,
    tag: ASYNCHRONOUS,
    description:
      'Starts a new report, with the same dates and filters, on the missing devices of an earlier one. A device that the filters removed is ' +
      'missing again in the new report. ThingSpace resolves a keyword, or a side of the window that was omitted, again. ' +
      'Fails with NOT_FOUND if there is no such report. ' +
      'Fails if no device is missing, or if the report covers a whole account. Send the Idempotency-Key header to make it safe to repeat. ' +
      IN_ONE_OPERATION,
    args: requestArguments(t.arg),
    extensions: retryRule.extensions,
    resolve: retryRule.resolver(async (_, { key, idempotencyKey }, context) => {
      const before = (await findRequest(key, context)) ?? rejectUnknown();
      const input = await readMissing<Omit<ReportInput, 'imei' | 'accountNumber'>>(before, context);
      const faults: InputFault[] = [];
      const selection = parseSelection(input, context, faults);
      rejectFaults(toRetryFaults(faults));
      return selection && requestReport(selection, input, { idempotencyKey, retryOf: key.txid }, context);
    }),
  }),
);

function parseSelection(input: ReportInput, context: OperationContext, faults: InputFault[]): UsageSelection | null {
  const limit = { maxDevices: MAX_DEVICES_PER_REQUEST, instead: 'Split them into several requests.' };
  return parseUsageSelection(input, limit, context, faults);
}

async function requestReport(
  { query, imeis }: UsageSelection,
  input: ReportInput,
  { idempotencyKey, retryOf }: { readonly idempotencyKey: string | null; readonly retryOf: string | null },
  context: OperationContext,
): Promise<FoundReport> {
  context.cancellation.rejectIfOver();
  const { access } = context;
  const { accountNumber } = query;
  const portalInitiated = input.portalInitiated ?? false;
  const { startDate, endDate, deviceGroup, deviceLabel, dataPlan, noSessionFlag } = input;
  const asked = [toUsageQueryKey(query), portalInitiated, [...imeis].sort()];
  const report = await context.submitOnce({
    accountNumber,
    owner: access.owner,
    keyOwner: access.owner === '' ? (access.principal ?? '') : access.owner,
    idempotencyKey,
    inputFingerprint: JSON.stringify(retryOf === null ? asked : { retryOf }),
    inputJson: JSON.stringify({
      startDate,
      endDate,
      deviceGroup,
      deviceLabel,
      dataPlan,
      noSessionFlag,
      portalInitiated,
    }),
    expectedImeis: imeis.length === 0 ? null : imeis,
    isFiltered: canRemoveDevices(query),
    trace: context.operation.trace,
    async submit() {
      try {
        return await context.requestReport({ query, imeis, portalInitiated }, context.operation);
      } catch (error) {
        context.listenerCheck.sawError(accountNumber, error);
        throw error;
      }
    },
    signal: context.operation.signal(),
  });
  if ((await context.listenerCheck.isRegistered(accountNumber, context.operation)) === false) {
    // Once for the whole operation, however many reports it requests.
    if (!context.operation.warnings.includes(NOT_LISTENING)) context.operation.warnings.push(NOT_LISTENING);
  }
  return { report, reads: context.openReads() };
}

/** Whether a filter can remove requested devices from the results. */
function canRemoveDevices({ deviceGroup, deviceLabel, dataPlan, noSessionFlag }: UsageSelection['query']): boolean {
  return deviceGroup !== null || deviceLabel !== null || dataPlan !== null || noSessionFlag === true;
}

export const NOT_LISTENING: Warning = {
  code: 'LISTENER_NOT_REGISTERED',
  message:
    'ThingSpace does not post this account’s callback messages to this server, so the results of this report will not arrive here. ' +
    'Run registerCallbackListener, then request the report again.',
};
