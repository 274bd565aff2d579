import { maySeeReport } from '../src/domain/access.ts';
import type { AccountNumber } from '../src/domain/account.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { OperationContext } from '../src/context.ts';
import type { AsyncReport } from '../src/async-reports/async-report.ts';
import type { WatchedReport } from '../src/async-reports/live/watch.ts';
import { parseAccount } from './arguments.ts';
import { AggregatedReportRequestRef, AggregatedReportStatusRef } from './async-report.ts';
import { checkArgumentsBelow } from './rules/arguments-below.ts';
import { builder, ASYNCHRONOUS } from './builder.ts';
import { createConnectionType, createPages, pageCheck, mapPage } from './connection.ts';
import type { PlannedCalls } from './rules/planned-calls.ts';

const pages = createPages(20);
export const TXID = 'Transaction ID (txid) that requestAggregatedReport returned.';
export const OF_ACCOUNT =
  'Account of the report. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), ' +
  'otherwise the only account that the access token lists; ' +
  'without either, any account that you may access.';

const RequestConnectionRef = createConnectionType(
  'AggregatedReportRequest',
  AggregatedReportRequestRef,
  'asynchronous reports',
);

/** Reads the store only; fields below it may make upstream calls. */
const plannedRequest: PlannedCalls = {
  calls: { asks: false, plan: (on) => ({ ...on, devices: [], requests: 1 }) },
};

const plannedRequests: PlannedCalls = {
  calls: { asks: false, plan: (on, args) => ({ ...on, devices: [], requests: pages.toPlannedRows(args) }) },
};

builder.asEntity(AggregatedReportRequestRef, {
  key: builder.selection<{ txid: string }>('txid'),
  resolveReference: ({ txid }, context) => findRequest(txid, undefined, context),
});

builder.queryField('aggregatedReportRequest', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    tag: ASYNCHRONOUS,
    description: 'An asynchronous report by its transaction ID. Null if the account has no such report.',
    args: {
      txid: t.arg.id({ required: true, description: TXID }),
      accountNumber: t.arg({ type: 'AccountNumber', description: OF_ACCOUNT }),
    },
    extensions: { ...plannedRequest },
    resolve: (_, { txid, accountNumber }, context, info) => {
      checkArgumentsBelow(info, context);
      return findRequest(txid, accountNumber, context);
    },
  }),
);

builder.queryField('aggregatedReportRequests', (t) =>
  t.field({
    type: RequestConnectionRef,
    tag: ASYNCHRONOUS,
    listSize: pages.size,
    description:
      'Asynchronous reports of an account, newest first. A report is stored for RETENTION_DAYS from its request.',
    extensions: { ...pageCheck, ...plannedRequests },
    args: {
      accountNumber: t.arg({
        type: 'AccountNumber',
        description:
          'Account of the reports. Default: the configured account (THINGSPACE_ACCOUNT_NUMBER), ' +
          'otherwise the only account that the access token lists.',
      }),
      status: t.arg({ type: AggregatedReportStatusRef, description: 'Filter by status.' }),
      ...pages.toArguments(t.arg),
    },
    resolve: async (_, { accountNumber: accountSent, status, ...args }, context, info) => {
      const faults: InputFault[] = [];
      const accountNumber = parseAccount(accountSent, context, ['accountNumber'], faults);
      rejectFaults([...faults, ...pageCheck.check(args, context)]);
      checkArgumentsBelow(info, context);
      if (accountNumber === null) return null;
      const reads = context.openReads();
      const filter = { accountNumber, owner: context.access.owner, status: status ?? null };
      const query = pages.toQuery(args);
      const page = mapPage(await reads.list(filter, query), (report) => ({ report, reads }));
      return { page, after: query.after, countAll: () => reads.count(filter) };
    },
  }),
);

builder.subscriptionField('aggregatedReportProgress', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    nullable: false,
    tag: ASYNCHRONOUS,
    description: 'The report now and after each change, at most four times a second, until it is COMPLETED or EXPIRED.',
    args: {
      txid: t.arg.id({ required: true, description: TXID }),
      accountNumber: t.arg({ type: 'AccountNumber', description: OF_ACCOUNT }),
    },
    extensions: { ...plannedRequest },
    subscribe: (_, { txid, accountNumber }, context, info) => {
      checkArgumentsBelow(info, context);
      const account = parseVisibleAccount(accountNumber, context);
      return context.watches.watch(txid, toMaySee(account, context), context.operation.signal);
    },
    resolve: (watched) => watched,
  }),
);

/** Finds a report that the caller may see; returns null if there is none. Throws BAD_USER_INPUT, FORBIDDEN and StoreError. */
export async function findRequest(
  txid: unknown,
  accountSent: unknown,
  context: OperationContext,
): Promise<WatchedReport | null> {
  const accountNumber = parseVisibleAccount(accountSent, context);
  if (typeof txid !== 'string') {
    rejectFaults([{ argumentPath: ['txid'], message: 'This is not a valid transaction ID. Send it as a string.' }]);
    return null;
  }
  const reads = context.openReads();
  const report = await reads.find(txid, accountNumber);
  return report === null || !maySeeReport(context.access, report) ? null : { report, reads };
}

function toMaySee(accountNumber: AccountNumber | null, { access }: OperationContext): (report: AsyncReport) => boolean {
  return (report) => (accountNumber === null || report.accountNumber === accountNumber) && maySeeReport(access, report);
}

/** Returns the account sent, or the default account. Without either it returns null: any account that the caller may see. */
function parseVisibleAccount(accountSent: unknown, context: OperationContext): AccountNumber | null {
  if (accountSent === undefined || accountSent === null) return context.accountNumber;
  const faults: InputFault[] = [];
  const parsed = parseAccount(accountSent, context, ['accountNumber'], faults);
  rejectFaults(faults);
  return parsed;
}
