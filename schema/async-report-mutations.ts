import { rejectFaults, type InputFault, type Warning } from '../src/domain/errors.ts';
import type { OperationContext } from '../src/context.ts';
import { MAX_DEVICES_PER_REQUEST } from '../src/reports/aggregated-report-request.ts';
import { toUsageQueryKey } from '../src/reports/aggregate-request.ts';
import type { WatchedReport } from '../src/async-reports/live/watch.ts';
import { AggregatedReportRequestRef } from './async-report.ts';
import { checkArgumentsBelow } from './rules/arguments-below.ts';
import { builder, CALL_COST, ASYNCHRONOUS } from './builder.ts';
import type { PlannedCalls } from './rules/planned-calls.ts';
import { findRequest, OF_ACCOUNT, TXID } from './async-report-queries.ts';
import { parseUsageSelection, usageQueryFields, type UsageQueryInput, type UsageSelection } from './arguments.ts';

interface ReportInput extends UsageQueryInput {
  readonly portalInitiated?: boolean | null | undefined;
}

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
        '1-255 characters, no control characters. The Idempotency-Key header does the same.',
    }),
  }),
});

/** The request itself, and the check that this server is the account's callback listener. */
const CALLS_PER_REQUEST = 2;

const plannedRequest: PlannedCalls = {
  calls: {
    asks: true,
    plan(on, _, { estimate }) {
      estimate.add(CALLS_PER_REQUEST);
      return { ...on, requests: 1 };
    },
  },
};

builder.mutationField('requestAggregatedReport', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    cost: CALL_COST,
    tag: ASYNCHRONOUS,
    description:
      'Starts an asynchronous report on up to 10,000 devices, or on a whole account, with one upstream call. ' +
      'The call is retried only if ThingSpace certainly did not start the report. ' +
      'Follow the report with aggregatedReportProgress, or poll aggregatedReportRequest.',
    args: {
      input: t.arg({
        type: RequestAggregatedReportInput,
        required: true,
        description: 'Account, devices, window and filters.',
      }),
    },
    extensions: { ...plannedRequest },
    resolve: async (_, { input }, context, info) => {
      const faults: InputFault[] = [];
      const selection = parseSelection(input, context, faults);
      const idempotencyKey = parseIdempotencyKey(input.idempotencyKey, context, faults);
      rejectFaults(faults);
      checkArgumentsBelow(info, context);
      return selection === null ? null : requestReport(selection, input, { idempotencyKey, retryOf: null }, context);
    },
  }),
);

builder.mutationField('retryMissingDevices', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    cost: CALL_COST,
    tag: ASYNCHRONOUS,
    description:
      'Starts a new report, with the same dates and filters, on the missing devices of an earlier one. Null if there is no such report. ' +
      'Fails if no device is missing, or if the report covers a whole account. Send the Idempotency-Key header to make it safe to repeat.',
    args: {
      txid: t.arg.id({ required: true, description: TXID }),
      accountNumber: t.arg({ type: 'AccountNumber', description: OF_ACCOUNT }),
    },
    extensions: { ...plannedRequest },
    resolve: async (_, { txid, accountNumber }, context, info) => {
      checkArgumentsBelow(info, context);
      const before = await findRequest(txid, accountNumber, context);
      if (before === null) return null;
      const faults: InputFault[] = [];
      const idempotencyKey = parseIdempotencyKey(null, context, faults);
      const input = await readMissing(before, faults);
      const selection = parseSelection(input, context, faults);
      rejectFaults(faults);
      return selection === null ? null : requestReport(selection, input, { idempotencyKey, retryOf: txid }, context);
    },
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
): Promise<WatchedReport> {
  context.deadline.rejectIfOver();
  const { accountNumber } = query;
  const portalInitiated = input.portalInitiated ?? false;
  const { startDate, endDate, deviceGroup, deviceLabel, dataPlan, noSessionFlag } = input;
  const asked = [toUsageQueryKey(query), portalInitiated, [...imeis].sort()];
  const report = await context.submitOnce({
    accountNumber,
    owner: context.access.owner,
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
    submit: () => context.requestReport({ query, imeis, portalInitiated }, context.operation),
    signal: context.operation.signal,
  });
  if ((await context.listenerCheck.isRegistered(accountNumber, context.operation)) === false) {
    context.warnings.push(NOT_LISTENING);
  }
  return { report, reads: context.openReads() };
}

/** Builds the input for a report on the missing devices. Throws BAD_USER_INPUT, or adds a fault, if no missing device can be named. */
async function readMissing({ report, reads }: WatchedReport, faults: InputFault[]): Promise<ReportInput> {
  const { txid, accountNumber, inputJson, expectedDevices, missingDevices } = report;
  const argumentPath = ['txid'];
  if (expectedDevices === null) {
    const message =
      'This report covers a whole account, so this server does not know which devices are missing. ' +
      'Request the account again with requestAggregatedReport.';
    rejectFaults([{ argumentPath, message }]);
  }
  if (missingDevices === 0) {
    const message = 'No device of this report is missing. Read its results with aggregatedReportRequest.';
    rejectFaults([{ argumentPath, message }]);
  }
  const { rows } = await reads.missing(txid, { first: MAX_DEVICES_PER_REQUEST, after: null });
  if (rows.length === 0)
    faults.push({
      argumentPath,
      message: 'The last missing device has just arrived. Read the results with aggregatedReportRequest.',
    });
  const asked = JSON.parse(inputJson) as Omit<ReportInput, 'imei' | 'accountNumber'>;
  return { ...asked, accountNumber, imei: rows.map(({ node }) => node) };
}

const NOT_LISTENING: Warning = {
  code: 'LISTENER_NOT_REGISTERED',
  message:
    'ThingSpace does not post this account’s callback messages to this server, so the results of this report will not arrive here. ' +
    'Run registerCallbackListener, then request the report again.',
};

const MAX_KEY_LENGTH = 255;

/** Returns the key from the input or the header, or null if neither was sent. Adds a fault if it is not valid, or if the two differ. */
function parseIdempotencyKey(
  sent: string | null | undefined,
  { idempotencyKey: inHeader }: OperationContext,
  faults: InputFault[],
): string | null {
  const key = sent ?? inHeader;
  if (key === null) return null;
  const argumentPath = ['input', 'idempotencyKey'];
  if (key.trim() === '' || key.length > MAX_KEY_LENGTH || /[\p{Cc}\p{Cs}]/u.test(key)) {
    const message =
      `This is not a valid idempotency key. Send 1 to ${MAX_KEY_LENGTH} characters without control characters, ` +
      'such as a UUID.';
    faults.push({ argumentPath, message });
  }
  if (inHeader !== null && key !== inHeader) {
    const message = 'The Idempotency-Key header has a different key. Send the key in one of the two places.';
    faults.push({ argumentPath, message });
  }
  return key;
}
