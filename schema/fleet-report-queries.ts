import { maySeeReport } from '../src/domain/access.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import { toFleetReport, type FleetReport } from '../src/async-reports/fleet.ts';
import { toFleetNotFound } from '../src/async-reports/fleets/fleet-commands.ts';
import type { WatchedState } from '../src/async-reports/live/watch.ts';
import type { OperationContext } from '../src/context.ts';
import { ASYNCHRONOUS, builder } from './builder.ts';
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
