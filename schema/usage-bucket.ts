import type { ExpectedObjects } from './rules/field-rule.ts';
import type { OperationContext } from '../src/context.ts';
import { toErrorOrNull } from '../src/domain/error-limit.ts';
import { toDate } from '../src/domain/time-zone.ts';
import { USAGE_ORDERS, type UsageOrder } from '../src/domain/usage-order.ts';
import type { FetchedUsage } from '../src/reports/usage-answer.ts';
import { toChange, type SeriesBucket } from '../src/usage-over-time/series-buckets.ts';
import { isSummed, MAX_SUMMED_ROWS, type SummedUsage } from '../src/usage-over-time/summed-usage.ts';
import { builder, ROWS_ASSUMED } from './builder.ts';
import { fieldRule } from './rules/field-rule.ts';
import { fixedText } from './rules/value-size.ts';
import { toDateTime } from './scalars.ts';
import { DeviceUsageErrorRef, DeviceUsageRef, UsageOrderRef, UsageTotalsRef, type TotalsOfUsage } from './usage.ts';
import { UsageSeriesPathRef } from './usage-call-plan.ts';

const DEFAULT_ROWS = 20;

interface ListArguments {
  readonly first?: number | null;
  readonly orderBy?: UsageOrder | null;
}

const usageRule = fieldRule({
  prepare({ first, orderBy }: ListArguments, _, faults) {
    if (first !== null && first !== undefined && first < 1) {
      faults.push({ argumentPath: ['first'], message: 'This is less than 1. Send 1 or more.' });
    }
    return { first: first ?? DEFAULT_ROWS, orderBy: orderBy ?? USAGE_ORDERS[0] };
  },
  plan: ({ first }, on, { path }) => ({ ...on, devices: limitDevices(on, first, path) }),
});

/** The totals of some devices; null if they are not known. */
export function toTotals(
  usage: readonly FetchedUsage[] | SummedUsage | null,
  { computations }: OperationContext,
): TotalsOfUsage | null {
  if (usage === null) return null;
  if (isSummed(usage)) {
    const toBytesPercentiles = async (percentiles: readonly number[]) =>
      computations()
        .usage(await usage.rows())
        .bytesPercentiles(percentiles);
    return { ...usage.totals, toBytesPercentiles };
  }
  const computed = computations().usage(usage);
  return { ...computed.totals(), toBytesPercentiles: computed.bytesPercentiles };
}

/** What is computed; null if its error is one too many for the response, which can have a hundred thousand buckets. */
function orNull<T>({ errorCount }: OperationContext, compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (toErrorOrNull(errorCount, () => error) === null) return null;
    throw error;
  }
}

export const UsageBucketRef = builder.objectRef<SeriesBucket>('UsageBucket').implement({
  description: 'Usage in one bucket of a series.',
  fields: (t) => ({
    start: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the bucket starts: the beginning of its first day in timeZone.',
      resolve: ({ startMs }) => toDateTime(startMs),
    }),
    end: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'The last millisecond of the bucket: that of its last day in timeZone.',
      resolve: ({ endMs }) => toDateTime(endMs),
    }),
    firstDay: t.field({
      type: 'Date',
      nullable: false,
      description: 'First day of the bucket, in timeZone.',
      resolve: ({ period }) => toDate(period.first),
    }),
    lastDay: t.field({
      type: 'Date',
      nullable: false,
      description: 'Last day of the bucket, in timeZone. For a day, the same as firstDay.',
      resolve: ({ period }) => toDate(period.last),
    }),
    settled: t.exposeBoolean('settled', {
      nullable: false,
      description: 'Whether the usage is final, as Freshness.settled says. False without usage.',
    }),
    complete: t.exposeBoolean('complete', {
      nullable: false,
      description:
        'Whether totals cover the whole bucket and every device: it had ended when it was fetched, errors and missing are empty, and no ' +
        'value of a device is null.',
    }),
    totals: t.field({
      type: UsageTotalsRef,
      description: 'Totals of all devices; null if the bucket lies in the future, failed, or is not recorded.',
      resolve: ({ usage }, _, context) => orNull(context, () => toTotals(usage, context)),
    }),
    previous: t.field({
      type: UsageTotalsRef,
      description:
        'Totals of the bucket that this one is compared with, however many days it has. Null without compareTo, if there is no such bucket ' +
        '(29 February, a year before), and for the reasons of totals.',
      resolve: ({ previous }, _, context) => orNull(context, () => toTotals(previous, context)),
    }),
    previousPath: t.expose('previousPath', {
      type: UsageSeriesPathRef,
      description: 'Where previous comes from; null if there is no bucket to compare with.',
    }),
    change: t.float({
      description:
        'Relative change of the bytes: (totals - previous) / previous, so 0.5 is half as much again. Null if previous is 0, or if either is not known.',
      resolve: ({ usage, previous }, _, context) =>
        usage === null || previous === null
          ? null
          : orNull(context, () =>
              toChange(
                toTotals(usage, context)?.bytesTransferred ?? null,
                toTotals(previous, context)?.bytesTransferred ?? null,
              ),
            ),
    }),
    usage: t.field({
      type: [DeviceUsageRef],
      nullable: false,
      listSize: { slicingArguments: ['first'], requireOneSlicingArgument: false },
      description: 'Usage of the first devices in an order.',
      extensions: usageRule.extensions,
      args: {
        first: t.arg.int({ defaultValue: DEFAULT_ROWS, description: 'Maximum number of devices (1 or more).' }),
        orderBy: t.arg({ type: UsageOrderRef, defaultValue: USAGE_ORDERS[0], description: 'Sort order.' }),
      },
      resolve: usageRule.resolver(({ usage }: SeriesBucket, { first, orderBy }, { computations }) => {
        if (usage === null) return [];
        const list = (rows: readonly FetchedUsage[]) => computations().usage(rows).list(orderBy, first);
        if (!isSummed(usage)) return list(usage);
        return first <= MAX_SUMMED_ROWS ? usage.list(orderBy, first) : usage.rows().then(list);
      }),
    }),
    missing: t.exposeIDList('missing', {
      extensions: fixedText(15),
      nullable: false,
      description: 'IMEIs of the named devices that ThingSpace left out. Empty for a group, and for a whole account.',
    }),
    errors: t.field({
      type: [DeviceUsageErrorRef],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.devices },
      description:
        'Devices that ThingSpace could not report, and devices whose upstream call failed. If the whole bucket failed, it is one error with a null imei.',
      resolve: ({ errors }) => errors,
    }),
  }),
});

/** Limits the devices below the buckets to `first` of each. Which ones remain is known only from the response. */
function limitDevices({ devices, load }: ExpectedObjects, first: number, path: string): ExpectedObjects['devices'] {
  const max = first * (load?.buckets ?? 1);
  return devices.map((group) => {
    const count = group.imeis.length + (group.unnamed?.count ?? 0);
    if (count <= max) return group;
    return { accountNumber: group.accountNumber, imeis: [], unnamed: { name: path, count: max } };
  });
}
