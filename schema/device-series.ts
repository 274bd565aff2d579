import type { OperationContext } from '../src/context.ts';
import { toErrorOrNull } from '../src/domain/error-limit.ts';
import type { InputFault } from '../src/domain/errors.ts';
import { oncePerKey } from '../src/domain/once-per-key.ts';
import { NO_FILTERS } from '../src/domain/report-filters.ts';
import { loadSeries } from '../src/usage-over-time/load-series.ts';
import type { Granularity } from '../src/usage-over-time/periods.ts';
import { listBegun, toPairs, toSeriesByPath, toSpan, type BucketPair } from '../src/usage-over-time/prepare-series.ts';
import { toBuckets, type SeriesBucket } from '../src/usage-over-time/series-buckets.ts';
import type { SeriesPath } from '../src/usage-over-time/plan-calls.ts';
import type { SeriesRequest } from '../src/usage-over-time/series-request.ts';
import { createLocalCalendar } from '../src/usage-over-time/series-windows.ts';
import { builder, CALL_COST, ROWS_ASSUMED } from './builder.ts';
import { findTooOld, takePlanning } from './plan-series.ts';
import { fieldRule } from './rules/field-rule.ts';
import type { RowLimits } from './rules/value-size.ts';
import { UsageBucketRef } from './usage-bucket.ts';
import { END_DAY, parseRange, START_DAY, TIME_ZONE, UsageGranularityRef } from './usage-series-input.ts';
import { DeviceRef, type Device } from './usage.ts';

interface SeriesArguments {
  readonly startDate: unknown;
  readonly endDate: unknown;
  readonly granularity: Granularity;
  readonly timeZone?: string | null;
}

/** A series of any device, the same for all aliases with equal arguments. */
interface DeviceSeries {
  readonly request: Omit<SeriesRequest, 'accountNumber' | 'imeis' | 'path'> & { readonly path: SeriesPath };
  readonly pairs: readonly BucketPair[];
  /** Loads the buckets of a device, once in each response. */
  readonly load: (device: Device, context: OperationContext) => Promise<SeriesBucket[]>;
}

/** A bucket takes as much time and memory as so many rows. */
const ROWS_PER_BUCKET = 8;
/** Buckets that do not fit into the response are not even made. */
const rowLimits: RowLimits = { countRows: (asked) => (asked as DeviceSeries).pairs.length };

const PATHS = { startDate: ['startDate'], compareTo: [] };

const seriesRule = fieldRule({
  loads: true,
  prepare: parseSeries,
  plan({ request, pairs }, on, { estimate }) {
    const begun = listBegun(pairs);
    if (request.path === 'SESSIONS') {
      estimate.sessions(on.devices, { window: toSpan(begun), durationLow: null, durationHigh: null });
    } else {
      for (const { window } of begun) if (window !== null) estimate.usage(on.devices, { ...NO_FILTERS, window });
    }
    return on;
  },
});

builder.objectField(DeviceRef, 'usageSeries', (t) =>
  t.field({
    type: [UsageBucketRef],
    nullable: { list: true, items: false },
    cost: CALL_COST,
    listSize: { assumedSize: ROWS_ASSUMED.days },
    description:
      'Usage of the device over time. One upstream call per device; if there is only one bucket, ten devices share one. ' +
      'For many devices, Query.usageSeries can need fewer.',
    extensions: { ...seriesRule.extensions, ...rowLimits },
    args: {
      startDate: t.arg({ type: 'Date', required: true, description: START_DAY }),
      endDate: t.arg({ type: 'Date', required: true, description: END_DAY }),
      granularity: t.arg({
        type: UsageGranularityRef,
        required: true,
        description: 'How long the buckets are; not BILLING_CYCLE, which Query.usageSeries has.',
      }),
      timeZone: t.arg.string({ defaultValue: 'UTC', description: TIME_ZONE }),
    },
    resolve: seriesRule.resolver(loadOne),
  }),
);

function parseSeries(args: SeriesArguments, context: OperationContext, faults: InputFault[]): DeviceSeries | null {
  const { granularity, timeZone } = args;
  const range = parseRange(args.startDate, args.endDate, [], faults);
  const zone = context.timeZones.parse(timeZone, ['timeZone'], faults);
  if (granularity === 'BILLING_CYCLE') {
    const message = 'A device has no billing cycle of its own here. Use usageSeries of Query, or another granularity.';
    faults.push({ argumentPath: ['granularity'], message });
  }
  if (range === null || zone === null || faults.length > 0) return null;
  const { prepared } = context;
  prepared.deviceSeries ??= new Map();
  const key = `${range.first} ${range.last} ${granularity} ${zone.name}`;
  // Only this function adds to the map.
  const known = prepared.deviceSeries.get(key) as DeviceSeries | undefined;
  if (known !== undefined) return known;
  const division = { range, granularity, cycleStartDay: 1 };
  const series = { filters: NO_FILTERS, zone, division, groupBy: null, compareTo: null };
  takePlanning({ ...series, imeis: [] }, context);
  const calendar = createLocalCalendar(zone, context.now());
  const tooOld = findTooOld(series, calendar, PATHS);
  if (tooOld !== null) faults.push(tooOld);
  const pairs = toPairs(series, calendar);
  if (tooOld !== null) return null;
  const path: SeriesPath = listBegun(pairs).length > 1 ? 'SESSIONS' : 'AGGREGATED';
  const request = { ...series, path };
  const asked: DeviceSeries = { request, pairs, load: createLoad(request, pairs) };
  prepared.deviceSeries.set(key, asked);
  return asked;
}

/** Creates the function that loads the buckets of a device. What it has loaded is kept with the computations of a response. */
function createLoad(request: DeviceSeries['request'], pairs: readonly BucketPair[]): DeviceSeries['load'] {
  const ofResponses = new WeakMap<object, (device: Device) => Promise<SeriesBucket[]>>();
  return (device, { loaders, operation, computations, now }) => {
    const { take } = computations();
    const load = async ({ imei, accountNumber }: Device): Promise<SeriesBucket[]> => {
      take(pairs.length * ROWS_PER_BUCKET);
      operation.loaded.changing += 1;
      // Every device would look up the same plan, bucket by bucket; its calls are in the estimate of the operation.
      const series = toSeriesByPath({ ...request, accountNumber, imeis: [imei] }, pairs);
      const { ofFilters } = await loadSeries(series, { loaders, recorded: null, takeRows: take, maySum: false, now });
      return toBuckets(series, ofFilters[0] ?? (() => null), false);
    };
    const known =
      ofResponses.get(computations()) ??
      oncePerKey(({ accountNumber, imei }: Device) => `${accountNumber} ${imei}`, load);
    ofResponses.set(computations(), known);
    return known(device);
  };
}

/** The buckets of one device; null if their error is one too many for the response. */
async function loadOne(
  device: Device,
  { load, pairs }: DeviceSeries,
  context: OperationContext,
): Promise<SeriesBucket[] | null> {
  try {
    const buckets = await load(device, context);
    await context.pace(1 + pairs.length);
    return buckets;
  } catch (error) {
    if (toErrorOrNull(context.errorCount, () => error) === null) return null;
    throw error;
  }
}
