import { maySeeReport } from '../src/domain/access.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import { toFleetReport, type FleetReport } from '../src/async-reports/fleet.ts';
import { toFleetNotFound } from '../src/async-reports/fleets/fleet-commands.ts';
import type { WatchedState } from '../src/async-reports/live/watch.ts';
import type { OperationContext } from '../src/context.ts';
import { describeAccount, parseAccount } from './arguments.ts';
import { ASYNCHRONOUS, builder } from './builder.ts';
import { createConnectionType, createPages, mapPage, openConnection, type PageArguments } from './connection.ts';
import { FleetReportRef, type FoundFleet } from './fleet-report.ts';
import { fieldRule } from './rules/field-rule.ts';

/** A report has up to a hundred parts. */
const ROWS_OF_FLEET = 100;

/** Reads the store only; fields below it may make upstream calls. */
const fleetRule = fieldRule({
  scope: 'reports:read',
  loads: true,
  prepare: ({ id }: { readonly id: unknown }, _, faults) => parseFleetId(id, faults),
  plan(id, on, { reads }) {
    const reports = { name: JSON.stringify(['fleet', id]), count: 1 };
    reads.add({ reports, toKey: () => 'find', rows: ROWS_OF_FLEET });
    return { ...on, devices: [], reports };
  },
});

const pages = createPages(20, 100);

const FleetConnectionRef = createConnectionType('FleetReport', FleetReportRef, 'fleet reports');

interface FleetsArguments extends PageArguments {
  readonly accountNumber?: unknown;
}

const fleetsRule = fieldRule({
  scope: 'reports:read',
  loads: true,
  prepare({ accountNumber: sent, ...page }: FleetsArguments, context, faults, selects) {
    const accountNumber = parseAccount(sent, context, ['accountNumber'], faults);
    const selection = pages.parse(page, faults, selects);
    if (accountNumber === null) return null;
    return { ...selection, filter: { accountNumber, owner: context.access.owner } };
  },
  plan({ query: { first, after }, filter }, on, { reads }) {
    const list = { name: JSON.stringify(['fleets', filter, after]), count: 1 };
    reads.add({ reports: list, toKey: () => 'list', rows: first * ROWS_OF_FLEET });
    return { ...on, devices: [], reports: { ...list, count: first } };
  },
});

builder.asEntity(FleetReportRef, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference({ id: sent }, context) {
    const faults: InputFault[] = [];
    const id = parseFleetId(sent, faults);
    rejectFaults(faults);
    return id === null ? null : findFleet(id, context);
  },
});

const ID = 'The id that requestFleetReport returned.';

builder.queryField('fleetReport', (t) =>
  t.field({
    type: FleetReportRef,
    tag: ASYNCHRONOUS,
    description: 'A fleet report by its id. Fails with NOT_FOUND if there is none on your accounts.',
    args: { id: t.arg.id({ required: true, description: ID }) },
    extensions: fleetRule.extensions,
    resolve: fleetRule.resolver((_, id, context) => findFleet(id, context)),
  }),
);

builder.queryField('fleetReports', (t) =>
  t.field({
    type: FleetConnectionRef,
    tag: ASYNCHRONOUS,
    listSize: pages.size,
    description: 'Fleet reports of an account, newest first. A report is stored for RETENTION_DAYS from its request.',
    extensions: fleetsRule.extensions,
    args: {
      accountNumber: t.arg({ type: 'AccountNumber', description: describeAccount('Account of the reports.') }),
      ...pages.toArguments(t.arg),
    },
    resolve: fleetsRule.resolver((_, { filter, ...selection }, { openReads }) => {
      const reads = openReads();
      return openConnection(
        selection,
        async (query) =>
          mapPage(await reads.listFleets(filter, query), (fleet): FoundFleet => ({
            fleet: toFleetReport(fleet),
            reads,
          })),
        () => reads.countFleets(filter),
      );
    }),
  }),
);

builder.subscriptionField('fleetReportProgress', (t) =>
  t.field({
    type: FleetReportRef,
    nullable: false,
    tag: ASYNCHRONOUS,
    description:
      'The report now and after each change, at most four times a second, until it is COMPLETED, EXPIRED or CANCELLED.',
    args: { id: t.arg.id({ required: true, description: ID }) },
    extensions: fleetRule.extensions,
    subscribe: fleetRule.resolver((_, id, context) =>
      context.fleetWatches.watch(id, (fleet) => maySeeReport(context.access, fleet), context.operation.signal()),
    ),
    resolve: ({ report, reads }: WatchedState<FleetReport>, _args, { openEventReads }): FoundFleet => ({
      fleet: report,
      reads: openEventReads(reads),
    }),
  }),
);

/** Parses the id of a fleet report; adds a fault and returns null if it is not a text. */
export function parseFleetId(id: unknown, faults: InputFault[]): string | null {
  if (typeof id === 'string') return id;
  faults.push({ argumentPath: ['id'], message: 'This is not a valid id. Send it as a string.' });
  return null;
}

/** Finds a report that the caller may see. Throws NOT_FOUND or StoreError. */
export async function findFleet(id: string, { access, openReads, operation }: OperationContext): Promise<FoundFleet> {
  const reads = openReads();
  const fleet = await reads.findFleet(id);
  if (fleet === null || !maySeeReport(access, fleet)) throw toFleetNotFound();
  operation.accounts.add(fleet.accountNumber);
  return { fleet: toFleetReport(fleet), reads };
}
