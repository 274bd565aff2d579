import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { AccountNumber } from '../src/domain/account.ts';
import { MOST_DEVICES_A_REQUEST, type AcceptedReport } from '../src/reports/aggregated-report-request.ts';
import { rejectFaultsBelow } from './arguments-below.ts';
import { builder } from './builder.ts';
import { parseUsageSelection, usageScopeFields } from './usage-scope.ts';

export interface PlacedReport extends AcceptedReport {
  readonly accountNumber: AccountNumber;
  /** Null for a whole account. */
  readonly expectedDevices: number | null;
}

const AggregatedReportStatus = builder.enumType('AggregatedReportStatus', {
  description: 'How far an asynchronous report has come.',
  values: {
    QUEUED: { description: 'Accepted; nothing arrived yet.' },
    RECEIVING: { description: 'Some devices arrived.' },
    COMPLETED: { description: 'All of them arrived.' },
    EXPIRED: { description: 'The deadline passed with devices missing.' },
  },
});

const RequestAggregatedReportInput = builder.inputType('RequestAggregatedReportInput', {
  description: 'Which devices, and what of them, for a report that arrives later.',
  fields: (t) => ({
    ...usageScopeFields(t),
    portalInitiated: t.boolean({
      defaultValue: false,
      description: 'Sent as X-Portal-Initiated: whether a listener is used.',
    }),
  }),
});

const AggregatedReportRequestRef = builder.objectRef<PlacedReport>('AggregatedReportRequest').implement({
  description: 'A report that the platform works on and sends later, device by device.',
  fields: (t) => ({
    txid: t.exposeID('txid', {
      nullable: false,
      description: 'The transaction id that joins the request to its messages.',
    }),
    status: t.expose('status', { type: AggregatedReportStatus, nullable: false, description: 'How far it has come.' }),
    accountNumber: t.exposeID('accountNumber', { nullable: false, description: 'The account that is reported on.' }),
    requestedAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the platform accepted it.',
      resolve: ({ acceptedAtMs }) => new Date(acceptedAtMs).toISOString(),
    }),
    expectedDevices: t.exposeInt('expectedDevices', {
      description:
        'How many devices were asked for; null for a whole account: how many that is, the platform does not say.',
    }),
  }),
});

builder.mutationField('requestAggregatedReport', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    description:
      'Starts a report on up to 10,000 devices, or on a whole account: one upstream call, never sent twice unless the first surely did not arrive.',
    args: {
      input: t.arg({
        type: RequestAggregatedReportInput,
        required: true,
        description: 'Which devices, and what of them.',
      }),
    },
    resolve: async (_, { input }, context, info) => {
      const faults: InputFault[] = [];
      const limit = { mostDevices: MOST_DEVICES_A_REQUEST, instead: 'Split them over several requests.' };
      const selection = parseUsageSelection(input, limit, context, faults);
      rejectFaults(faults);
      rejectFaultsBelow(info, context);
      if (selection === null) return null;
      const order = { ...selection, portalInitiated: input.portalInitiated ?? false };
      const { imeis, scope } = selection;
      return {
        ...(await context.placeReport(order, context.caller)),
        accountNumber: scope.accountNumber,
        expectedDevices: imeis.length === 0 ? null : imeis.length,
      };
    },
  }),
);
