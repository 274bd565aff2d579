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
  description: 'Which devices, and what of them, for a report that arrives later.',
  fields: (t) => ({
    ...usageQueryFields(t, 'at most 10,000'),
    portalInitiated: t.boolean({
      defaultValue: false,
      description: 'Sent as X-Portal-Initiated: whether a listener is used.',
    }),
    idempotencyKey: t.string({
      description:
        'Makes it safe to ask again: the same key returns the first request instead of starting another, 1 to 255 characters. ' +
        'The header Idempotency-Key does the same.',
    }),
  }),
});

/** The request itself, and the check whether this server listens for its messages. */
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
      'Starts a report on up to 10,000 devices, or on a whole account: one upstream call, never sent twice unless the first surely did not arrive. ' +
      'Follow it with aggregatedReportProgress or aggregatedReportRequest.',
    args: {
      input: t.arg({
        type: RequestAggregatedReportInput,
        required: true,
        description: 'Which devices, and what of them.',
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
      'Asks again, as a new request with the same dates and filters, for the devices of a request that have not arrived. ' +
      'Null where the account has no such request. The header Idempotency-Key makes it safe to ask again.',
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
  const limit = { maxDevices: MAX_DEVICES_PER_REQUEST, instead: 'Split them over several requests.' };
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
  const request = await context.submitOnce({
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
  return { request, reads: context.openReads() };
}

/** The input that asks for the missing devices; a fault where there are none to be named. */
async function readMissing({ request, reads }: WatchedReport, faults: InputFault[]): Promise<ReportInput> {
  const { txid, accountNumber, inputJson, expectedDevices, missingDevices } = request;
  const argumentPath = ['txid'];
  if (expectedDevices === null) {
    const message =
      'This request was for a whole account, and the platform does not say which devices that has. Ask for the account anew with requestAggregatedReport.';
    rejectFaults([{ argumentPath, message }]);
  }
  if (missingDevices === 0) {
    const message = 'Nothing of this request is missing. Read what arrived with aggregatedReportRequest.';
    rejectFaults([{ argumentPath, message }]);
  }
  const { rows } = await reads.missing(txid, { first: MAX_DEVICES_PER_REQUEST, after: null });
  if (rows.length === 0) faults.push({ argumentPath, message: 'The last missing device has just arrived.' });
  const asked = JSON.parse(inputJson) as Omit<ReportInput, 'imei' | 'accountNumber'>;
  return { ...asked, accountNumber, imei: rows.map(({ node }) => node) };
}

const NOT_LISTENING: Warning = {
  code: 'LISTENER_NOT_REGISTERED',
  message:
    'The platform does not post this account’s messages to this server, so nothing of the report will arrive here. ' +
    'Register it with registerCallbackListener, then ask again.',
};

const MAX_KEY_LENGTH = 255;

/** The key from the input or the header; a fault where it is none, or where both are sent and differ. */
function parseIdempotencyKey(
  sent: string | null | undefined,
  { idempotencyKey: inHeader }: OperationContext,
  faults: InputFault[],
): string | null {
  const key = sent ?? inHeader;
  if (key === null) return null;
  const argumentPath = ['input', 'idempotencyKey'];
  if (key.trim() === '' || key.length > MAX_KEY_LENGTH || /[\p{Cc}\p{Cs}]/u.test(key)) {
    const message = `This is no idempotency key. Send 1 to ${MAX_KEY_LENGTH} characters without control characters, a UUID for one.`;
    faults.push({ argumentPath, message });
  }
  if (inHeader !== null && key !== inHeader) {
    const message = 'The header Idempotency-Key says another key. Send the key in one place.';
    faults.push({ argumentPath, message });
  }
  return key;
}
