import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import { isImei } from '../src/domain/imei.ts';
import { orderUsage } from '../src/domain/usage-order.ts';
import { toPercentiles, toUsageTotals } from '../src/domain/usage-totals.ts';
import { mergeOutcomes, toAccountReport, type AggregatedReport } from '../src/reports/merged-report.ts';
import { checkArgumentsBelow, type ArgumentCheck } from './rules/arguments-below.ts';
import { builder, CALL_COST, DEVICE_COST, ROWS_ASSUMED } from './builder.ts';
import { DeviceUsageRef, DeviceUsageErrorRef, UsageOrderRef, UsageTotalsRef } from './usage.ts';
import { FreshnessRef } from './freshness.ts';
import type { ExpectedObjects, PlannedCalls } from './rules/planned-calls.ts';
import { parseUsageSelection, usageQueryFields, type UsageQueryInput } from './arguments.ts';

const AggregatedReportInput = builder.inputType('AggregatedReportInput', {
  description: 'Which devices, and what of them.',
  fields: (t) =>
    usageQueryFields(t, 'ten to an upstream call, as many as the operation’s budget has room for', DEVICE_COST),
});

const firstCheck: ArgumentCheck = { check: ({ first }) => checkFirst(first) };

const plannedFirst: PlannedCalls = {
  calls: {
    asks: false,
    plan(on, { first }, { path }) {
      if (checkFirst(first).length > 0) return null;
      return typeof first === 'number' ? { ...on, devices: toSomeDevices(on, first, path) } : on;
    },
  },
};

const AggregatedReportRef = builder.objectRef<AggregatedReport>('AggregatedReport').implement({
  description: 'Totals per device in a window. Every device asked for is in exactly one of usage, errors and missing.',
  fields: (t) => ({
    txid: t.id({
      nullable: false,
      description: 'The transaction id of the first upstream call; empty where the platform gave none.',
      resolve: ({ txids }) => txids[0] ?? '',
    }),
    txids: t.exposeIDList('txids', {
      nullable: false,
      description: 'The transaction ids of every upstream call that the figures come from.',
    }),
    usage: t.field({
      type: [DeviceUsageRef],
      nullable: false,
      listSize: {
        slicingArguments: ['first'],
        assumedSize: ROWS_ASSUMED.devices,
        requireOneSlicingArgument: false,
      },
      description:
        'What the devices did, in the order asked for (for a whole account, the platform’s), or by the order given.',
      extensions: { ...firstCheck, ...plannedFirst },
      args: {
        orderBy: t.arg({ type: UsageOrderRef, description: 'Another order.' }),
        first: t.arg.int({ description: 'At most so many devices, 1 or more; all where it is left out.' }),
      },
      resolve: ({ usage }, { orderBy, first }) => {
        rejectFaults(checkFirst(first));
        const ordered = orderBy === null || orderBy === undefined ? usage : orderUsage(usage, orderBy);
        return ordered.slice(0, first ?? undefined);
      },
    }),
    errors: t.field({
      type: [DeviceUsageErrorRef],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.devices },
      description: 'The devices that the platform could not report, and those of calls that failed.',
      resolve: ({ errors }) => errors,
    }),
    missing: t.exposeIDList('missing', {
      nullable: false,
      description: 'The IMEIs of devices that were asked for, and are neither in usage nor in errors.',
    }),
    totals: t.field({
      type: UsageTotalsRef,
      nullable: false,
      description: 'Sums over usage, all of it whatever first says.',
      resolve: ({ usage }) => {
        const bytes = usage.map((device) => device.bytesTransferred);
        return { ...toUsageTotals(usage), toBytesPercentiles: (percentiles) => toPercentiles(bytes, percentiles) };
      },
    }),
    freshness: t.field({
      type: FreshnessRef,
      nullable: false,
      description: 'How far the figures can be trusted to be complete.',
      resolve: ({ freshness }) => freshness,
    }),
  }),
});

const plannedReport: PlannedCalls = {
  calls: {
    asks: true,
    plan(on, { input }: { readonly input: UsageQueryInput }, { estimate, context, path }) {
      if (!input.imei.every(isImei)) return null;
      const faults: InputFault[] = [];
      const selection = parseUsageSelection(input, null, context, faults);
      if (selection === null || faults.length > 0) return null;
      const { query, imeis } = selection;
      const { accountNumber } = query;
      if (imeis.length === 0) {
        // How many devices an account has, only the answer tells.
        const devices = [{ accountNumber, imeis, unnamed: { name: path, count: Infinity } }];
        return { ...on, devices, tick: estimate.account(on.tick, query) };
      }
      const devices = [{ accountNumber, imeis, unnamed: null }];
      return { ...on, devices, tick: estimate.usage(on.tick, devices, query) };
    },
  },
};

builder.queryField('aggregatedReport', (t) =>
  t.field({
    type: AggregatedReportRef,
    cost: CALL_COST,
    description:
      'Totals per device, answered at once: any number of devices up to the operation’s budget, ten to an upstream call. ' +
      'A call that fails puts its devices in errors; only when all fail is it an error of the report.',
    args: {
      input: t.arg({ type: AggregatedReportInput, required: true, description: 'Which devices, and what of them.' }),
    },
    extensions: { ...plannedReport },
    resolve: async (_, { input }, context, info) => {
      const faults: InputFault[] = [];
      const selection = parseUsageSelection(input, null, context, faults);
      rejectFaults(faults);
      checkArgumentsBelow(info, context);
      if (selection === null) return null;
      const { query, imeis } = selection;
      return imeis.length === 0
        ? toAccountReport(await context.loaders.usage().loadAccount(query), query.window)
        : mergeOutcomes(await context.loaders.usage().loadDevices(query, imeis), query.window);
    },
  }),
);

/** As many of the devices, whichever they will be. */
function toSomeDevices({ devices }: ExpectedObjects, most: number, path: string): ExpectedObjects['devices'] {
  return devices.map((group) => {
    const count = group.imeis.length + (group.unnamed?.count ?? 0);
    if (count <= most) return group;
    return { accountNumber: group.accountNumber, imeis: [], unnamed: { name: path, count: most } };
  });
}

function checkFirst(first: unknown): InputFault[] {
  return typeof first !== 'number' || first >= 1
    ? []
    : [{ argumentPath: ['first'], message: 'This is below 1. Send 1 or more, or leave it out for all devices.' }];
}
