import type { ArgBuilder } from '@pothos/core';
import { maySeeReport } from '../src/domain/access.ts';
import type { AccountNumber } from '../src/domain/account.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import type { OperationContext } from '../src/context.ts';
import type { AsyncReport } from '../src/async-reports/async-report.ts';
import { toNotFound, type FoundReport, type WatchedState } from '../src/async-reports/live/watch.ts';
import { describeAccount, parseAccount } from './arguments.ts';
import { AggregatedReportRequestRef } from './async-report.ts';
import { AggregatedReportStatusRef } from './async-report-enums.ts';
import { fieldRule } from './rules/field-rule.ts';
import { builder, ASYNCHRONOUS } from './builder.ts';
import { createConnectionType, createPages, mapPage, openConnection, type PageArguments } from './connection.ts';

const pages = createPages(20);
const OF_ACCOUNT = describeAccount('Account of the report.', '; without either, any account that you may access');

/** The arguments that name a report. */
export function requestArguments(arg: ArgBuilder<typeof builder.$inferSchemaTypes>) {
  return {
    txid: arg.id({
      required: true,
      description: 'Transaction ID (txid) that requestAggregatedReport returned.',
    }),
    accountNumber: arg({ type: 'AccountNumber', description: OF_ACCOUNT }),
  };
}

const RequestConnectionRef = createConnectionType(
  'AggregatedReportRequest',
  AggregatedReportRequestRef,
  'asynchronous reports',
);

interface RequestArguments {
  readonly txid: unknown;
  readonly accountNumber?: unknown;
}

/** Reads the store only; fields below it may make upstream calls. */
const requestRule = fieldRule({
  scope: 'reports:read',
  loads: true,
  prepare: parseRequestKey,
  plan(key, on, { reads }) {
    const reports = { name: JSON.stringify(key), count: 1 };
    reads.add({ reports, toKey: () => 'find', rows: 1 });
    return { ...on, devices: [], reports };
  },
});

interface RequestsArguments extends PageArguments {
  readonly accountNumber?: unknown;
  readonly status?: AsyncReport['status'] | null;
}

const requestsRule = fieldRule({
  scope: 'reports:read',
  loads: true,
  prepare({ accountNumber: sent, status = null, ...page }: RequestsArguments, context, faults, selects) {
    const accountNumber = parseAccount(sent, context, ['accountNumber'], faults);
    const selection = pages.parse(page, faults, selects);
    if (accountNumber === null) return null;
    return { ...selection, filter: { accountNumber, owner: context.access.owner, status } };
  },
  plan({ query, filter }, on, { reads }) {
    const { first, after } = query;
    const list = { name: JSON.stringify([filter, after]), count: 1 };
    reads.add({ reports: list, toKey: () => 'list', rows: first });
    return { ...on, devices: [], reports: { ...list, count: first } };
  },
});

builder.asEntity(AggregatedReportRequestRef, {
  key: builder.selection<{ txid: string }>('txid'),
  resolveReference({ txid }, context) {
    const faults: InputFault[] = [];
    const key = parseRequestKey({ txid }, context, faults);
    rejectFaults(faults);
    return key === null ? null : findRequest(key, context);
  },
});

builder.queryField('aggregatedReportRequest', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    tag: ASYNCHRONOUS,
    description:
      'An asynchronous report by its transaction ID. Fails with NOT_FOUND if the account has no such report.',
    args: requestArguments(t.arg),
    extensions: requestRule.extensions,
    resolve: requestRule.resolver(async (_, key, context) => (await findRequest(key, context)) ?? rejectUnknown()),
  }),
);

builder.queryField('aggregatedReportRequests', (t) =>
  t.field({
    type: RequestConnectionRef,
    tag: ASYNCHRONOUS,
    listSize: pages.size,
    description:
      'Asynchronous reports of an account, newest first. A report is stored for RETENTION_DAYS from its request.',
    extensions: requestsRule.extensions,
    args: {
      accountNumber: t.arg({ type: 'AccountNumber', description: describeAccount('Account of the reports.') }),
      status: t.arg({ type: AggregatedReportStatusRef, description: 'Filter by status.' }),
      ...pages.toArguments(t.arg),
    },
    resolve: requestsRule.resolver((_, { filter, ...selection }, { openReads }) => {
      const reads = openReads();
      return openConnection(
        selection,
        async (query) => mapPage(await reads.list(filter, query), (report) => ({ report, reads })),
        () => reads.count(filter),
      );
    }),
  }),
);

builder.subscriptionField('aggregatedReportProgress', (t) =>
  t.field({
    type: AggregatedReportRequestRef,
    nullable: false,
    tag: ASYNCHRONOUS,
    description: 'The report now and after each change, at most four times a second, until it is COMPLETED or EXPIRED.',
    args: requestArguments(t.arg),
    extensions: requestRule.extensions,
    subscribe: requestRule.resolver((_, { txid, accountNumber }, context) =>
      context.watches.watch(txid, toMaySee(accountNumber, context), context.operation.signal()),
    ),
    resolve: ({ report, reads }: WatchedState, _args, { openEventReads }) => ({ report, reads: openEventReads(reads) }),
  }),
);

/** Which report a caller means: by its txid, within an account or, if that is null, within all that the caller may see. */
export interface RequestKey {
  readonly txid: string;
  readonly accountNumber: AccountNumber | null;
}

/** Parses the arguments that name a report, and adds their faults. Throws FORBIDDEN if the caller may not see the account. */
export function parseRequestKey(
  { txid, accountNumber: sent }: RequestArguments,
  context: OperationContext,
  faults: InputFault[],
): RequestKey | null {
  const accountNumber =
    sent === undefined || sent === null
      ? context.accountNumber
      : parseAccount(sent, context, ['accountNumber'], faults);
  if (accountNumber !== null) context.operation.accounts.add(accountNumber);
  if (typeof txid === 'string') return { txid, accountNumber };
  faults.push({ argumentPath: ['txid'], message: 'This is not a valid transaction ID. Send it as a string.' });
  return null;
}

/** Finds a report that the caller may see; returns null if there is none. Throws StoreError. */
export async function findRequest(
  { txid, accountNumber }: RequestKey,
  { access, openReads }: OperationContext,
): Promise<FoundReport | null> {
  const reads = openReads();
  const report = await reads.find(txid, accountNumber);
  return report === null || !maySeeReport(access, report) ? null : { report, reads };
}

/** Throws NOT_FOUND, in the words that a subscription to the same report uses. */
export function rejectUnknown(): never {
  throw toNotFound();
}

function toMaySee(accountNumber: AccountNumber | null, { access }: OperationContext): (report: AsyncReport) => boolean {
  return (report) => (accountNumber === null || report.accountNumber === accountNumber) && maySeeReport(access, report);
}
