import type { UsageOrder } from '../src/domain/usage-order.ts';
import { mergeOutcomes, toAccountReport, type AggregatedReport } from '../src/reports/merged-report.ts';
import { MAX_ID_CHARACTERS } from '../src/domain/cut-text.ts';
import { anyText, fixedText } from './rules/value-size.ts';
import { fieldRule, type ExpectedObjects } from './rules/field-rule.ts';
import { builder, CALL_COST, DEVICE_COST, ROWS_ASSUMED } from './builder.ts';
import { DeviceUsageRef, DeviceUsageErrorRef, UsageOrderRef, UsageTotalsRef } from './usage.ts';
import { FreshnessRef } from './freshness.ts';
import { ReportWindowRef, WINDOW } from './report-window.ts';
import { parseUsageSelection, usageQueryFields, type UsageQueryInput } from './arguments.ts';

const AggregatedReportInput = builder.inputType('AggregatedReportInput', {
  description: 'Account, devices, window and filters of an aggregated report.',
  fields: (t) =>
    usageQueryFields(t, 'ten per upstream call: up to 1,000 with the default MAX_UPSTREAM_CALLS of 100', DEVICE_COST),
});

interface FirstArguments {
  readonly orderBy?: UsageOrder | null;
  readonly first?: number | null;
}

const firstRule = fieldRule({
  prepare({ orderBy = null, first = null }: FirstArguments, _, faults) {
    if (first !== null && first < 1) {
      const message = 'This is less than 1. Send 1 or more, or omit it to get all devices.';
      faults.push({ argumentPath: ['first'], message });
    }
    return { orderBy, first };
  },
  plan: ({ first }, on, { path }) => (first === null ? on : { ...on, devices: limitDevices(on, first, path) }),
});

/** The platform is not known to report such devices. */
const UNEXPECTED_ASSUMED = 1;

/** How many there are is known only from the response. */
const unexpectedRule = fieldRule({
  prepare: (args: object) => args,
  plan: (_, on, { path }) => ({
    ...on,
    devices: on.devices.map(({ accountNumber }) => ({
      accountNumber,
      imeis: [],
      unnamed: { name: path, count: Infinity },
    })),
  }),
});

const AggregatedReportRef = builder.objectRef<AggregatedReport>('AggregatedReport').implement({
  description: 'Usage per device in a window. Every requested device is in exactly one of usage, errors and missing.',
  fields: (t) => ({
    txid: t.id({
      extensions: anyText(MAX_ID_CHARACTERS),
      nullable: false,
      description:
        'ThingSpace transaction ID of the first upstream call, for support cases; empty if ThingSpace sent none. ' +
        'Not valid for aggregatedReportRequest.',
      resolve: ({ txids }) => txids[0] ?? '',
    }),
    txids: t.exposeIDList('txids', {
      extensions: anyText(MAX_ID_CHARACTERS),
      nullable: false,
      description: 'ThingSpace transaction IDs of all upstream calls that this report was built from.',
    }),
    usage: t.field({
      type: [DeviceUsageRef],
      nullable: false,
      listSize: {
        slicingArguments: ['first'],
        assumedSize: ROWS_ASSUMED.devices,
        requireOneSlicingArgument: false,
      },
      description: 'Usage of each device that ThingSpace reported.',
      extensions: firstRule.extensions,
      args: {
        orderBy: t.arg({
          type: UsageOrderRef,
          description: 'Sort order. Default: as listed in input.imei; for a whole account, the order of ThingSpace.',
        }),
        first: t.arg.int({ description: 'Maximum number of devices (1 or more). Default: all.' }),
      },
      resolve: firstRule.resolver(({ usage }: AggregatedReport, { orderBy, first }, { computations }) =>
        orderBy === null && first === null ? usage : computations().usage(usage).list(orderBy, first),
      ),
    }),
    errors: t.field({
      type: [DeviceUsageErrorRef],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.devices },
      description:
        'Devices that ThingSpace could not report, and devices whose upstream call failed. An error for which ThingSpace named no device has a ' +
        'null imei. It does not account for any device: those that ThingSpace left out are in missing as well. If other reports shared the ' +
        'call, it may be about one of their devices. Includes errors of devices that nobody requested.',
      resolve: ({ errors }) => errors,
    }),
    missing: t.exposeIDList('missing', {
      extensions: fixedText(15),
      nullable: false,
      description: 'IMEIs of the requested devices that ThingSpace left out. Empty for a whole account.',
    }),
    unexpectedDevices: t.field({
      type: [DeviceUsageRef],
      nullable: false,
      listSize: { assumedSize: UNEXPECTED_ASSUMED },
      description:
        'Usage of devices that ThingSpace reported although nobody requested them. They are not in usage or totals. If other operations share ' +
        'a call, each of them gets these devices. Usage from the cache brings none. Empty for a whole account.',
      extensions: unexpectedRule.extensions,
      resolve: unexpectedRule.resolver(({ unexpectedDevices }: AggregatedReport) => unexpectedDevices),
    }),
    totals: t.field({
      type: UsageTotalsRef,
      nullable: false,
      description: 'Totals of all devices in usage, regardless of first.',
      resolve({ usage }, _, { computations }) {
        const computed = computations().usage(usage);
        return { ...computed.totals(), toBytesPercentiles: computed.bytesPercentiles };
      },
    }),
    window: t.field({
      type: ReportWindowRef,
      nullable: false,
      description: WINDOW,
      resolve: ({ window }) => window,
    }),
    freshness: t.field({
      type: FreshnessRef,
      nullable: false,
      description: 'How recent the data is, and whether it is final.',
      resolve: ({ freshness }) => freshness,
    }),
  }),
});

const reportRule = fieldRule({
  scope: 'reports:read',
  loads: true,
  prepare: ({ input }: { readonly input: UsageQueryInput }, context, faults) =>
    parseUsageSelection(input, null, context, faults),
  plan({ query, imeis }, on, { estimate, path }) {
    const { accountNumber } = query;
    if (imeis.length === 0) {
      estimate.account(query);
      // Only the response shows how many devices an account has.
      return { ...on, devices: [{ accountNumber, imeis, unnamed: { name: path, count: Infinity } }] };
    }
    const devices = [{ accountNumber, imeis, unnamed: null }];
    estimate.usage(devices, query);
    return { ...on, devices };
  },
});

builder.queryField('aggregatedReport', (t) =>
  t.field({
    type: AggregatedReportRef,
    cost: CALL_COST,
    description:
      'Usage of many devices, or of a whole account, returned at once. Ten devices share an upstream call; ' +
      'a whole account takes one call. If a call fails, its devices are in errors. ' +
      'The field itself fails only if all calls fail.',
    args: {
      input: t.arg({
        type: AggregatedReportInput,
        required: true,
        description: 'Account, devices, window and filters.',
      }),
    },
    extensions: reportRule.extensions,
    resolve: reportRule.resolver(async (_, { query, imeis }, { loaders }) =>
      imeis.length === 0
        ? toAccountReport(await loaders.usage().loadAccount(query), query.window)
        : mergeOutcomes(await loaders.usage().loadDevices(query, imeis), query.window),
    ),
  }),
);

/** Limits each group to `max` devices. Which ones remain is known only from the response, so they have no IMEIs yet. */
function limitDevices({ devices }: ExpectedObjects, max: number, path: string): ExpectedObjects['devices'] {
  return devices.map((group) => {
    const count = group.imeis.length + (group.unnamed?.count ?? 0);
    if (count <= max) return group;
    return { accountNumber: group.accountNumber, imeis: [], unnamed: { name: path, count: max } };
  });
}
