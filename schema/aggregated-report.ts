import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import { orderUsage } from '../src/domain/usage-order.ts';
import { toUsageTotals } from '../src/domain/usage-totals.ts';
import { MOST_DEVICES_A_CALL } from '../src/reports/aggregated-report.ts';
import { mergeOutcomes, toAccountReport, type AggregatedReport } from '../src/reports/merged-report.ts';
import { builder } from './builder.ts';
import { DeviceUsageRef } from './device-usage.ts';
import { DeviceUsageErrorRef } from './device-usage-error.ts';
import { FreshnessRef } from './freshness.ts';
import { UsageOrderRef } from './usage-order.ts';
import { parseUsageSelection, usageScopeFields } from './usage-scope.ts';
import { UsageTotalsRef } from './usage-totals.ts';

const AggregatedReportInput = builder.inputType('AggregatedReportInput', {
  description: 'Which devices, and what of them.',
  fields: usageScopeFields,
});

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
      description:
        'What the devices did, in the order asked for (for a whole account, the platform’s), or by the order given.',
      args: {
        orderBy: t.arg({ type: UsageOrderRef, description: 'Another order.' }),
        first: t.arg.int({ description: 'At most so many devices, 1 or more; all where it is left out.' }),
      },
      resolve: ({ usage }, { orderBy, first }) => {
        rejectFaults(findFirstFaults(first));
        const ordered = orderBy === null || orderBy === undefined ? usage : orderUsage(usage, orderBy);
        return ordered.slice(0, first ?? undefined);
      },
    }),
    errors: t.field({
      type: [DeviceUsageErrorRef],
      nullable: false,
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
      resolve: ({ usage }) => ({ ...toUsageTotals(usage), usage }),
    }),
    freshness: t.field({
      type: FreshnessRef,
      nullable: false,
      description: 'How far the figures can be trusted to be complete.',
      resolve: ({ freshness }) => freshness,
    }),
  }),
});

builder.queryField('aggregatedReport', (t) =>
  t.field({
    type: AggregatedReportRef,
    description:
      'Totals per device, answered at once: any number of devices up to the operation’s budget, ten to an upstream call. ' +
      'A call that fails puts its devices in errors; only when all fail is it an error of the report.',
    args: {
      input: t.arg({ type: AggregatedReportInput, required: true, description: 'Which devices, and what of them.' }),
    },
    resolve: async (_, { input }, context) => {
      const faults: InputFault[] = [];
      const limit = {
        mostDevices: context.maxUpstreamCalls * MOST_DEVICES_A_CALL,
        instead: 'Ask for fewer, or use requestAggregatedReport, which takes 10,000.',
      };
      const selection = parseUsageSelection(input, limit, context, faults);
      rejectFaults(faults);
      if (selection === null) return null;
      const { scope, imeis } = selection;
      return imeis.length === 0
        ? toAccountReport(await context.loaders.usage().loadAccount(scope), scope.window)
        : mergeOutcomes(await context.loaders.usage().loadDevices(scope, imeis), scope.window);
    },
  }),
);

function findFirstFaults(first: number | null | undefined): InputFault[] {
  return first === null || first === undefined || first >= 1
    ? []
    : [{ argumentPath: ['first'], message: 'This is below 1. Send 1 or more, or leave it out for all devices.' }];
}
