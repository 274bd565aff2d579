import type { SeriesBucket } from '../src/usage-over-time/series-buckets.ts';
import { countOverlapping, toBuckets, toUnattributedBuckets } from '../src/usage-over-time/series-buckets.ts';
import type { LoadedSeries } from '../src/usage-over-time/load-series.ts';
import type { PreparedSeries } from '../src/usage-over-time/prepare-series.ts';
import { once } from '../src/domain/once.ts';
import { builder, CALL_COST, ROWS_ASSUMED } from './builder.ts';
import { FreshnessRef } from './freshness.ts';
import { openSeries, toPlannedLoad, type OpenSeries } from './open-series.ts';
import { IN_INPUT, planSeries } from './plan-series.ts';
import { fieldRule, sharedLoadRule } from './rules/field-rule.ts';
import { anyText } from './rules/value-size.ts';
import { UsageBucketRef } from './usage-bucket.ts';
import { UsageCallPlanRef } from './usage-call-plan.ts';
import { parseSeriesInput, UsageSeriesInput, type SeriesInput } from './usage-series-input.ts';

interface UsageGroup {
  readonly key: string | null;
  readonly buckets: readonly SeriesBucket[];
}

/** What is made of the load, each once, however many aliases ask for it. */
interface OpenUsageSeries extends OpenSeries {
  readonly groups: () => Promise<readonly UsageGroup[]>;
  readonly unattributed: () => Promise<readonly SeriesBucket[]>;
  readonly overlapping: () => Promise<number>;
}

const MAX_KEY_CHARACTERS = 256;

const UsageGroupRef = builder.objectRef<UsageGroup>('UsageGroup').implement({
  description: 'The buckets of a group of devices.',
  fields: (t) => ({
    key: t.exposeString('key', {
      extensions: anyText(MAX_KEY_CHARACTERS),
      description: 'Name of the group, as in groupBy.values; null without groupBy, for all devices.',
    }),
    buckets: t.field({
      type: [UsageBucketRef],
      nullable: false,
      listSize: { assumedSize: ROWS_ASSUMED.days },
      description: 'The buckets, oldest first. None is left out.',
      resolve: ({ buckets }) => buckets,
    }),
  }),
});

const groupsRule = sharedLoadRule();
const unattributedRule = sharedLoadRule();
const overlappingRule = sharedLoadRule();
const freshnessRule = sharedLoadRule();

const UsageSeriesRef = builder.objectRef<OpenUsageSeries>('UsageSeries').implement({
  description:
    'Usage over time. plan costs nothing. All other fields share one load, whose upstream calls plan states; it is made if any of them is selected.',
  fields: (t) => ({
    plan: t.field({
      type: UsageCallPlanRef,
      nullable: false,
      description: 'The price of the load. Costs no upstream call.',
      resolve: ({ series }) => series.plan,
    }),
    groups: t.field({
      type: [UsageGroupRef],
      cost: CALL_COST,
      listSize: { assumedSize: 1 },
      description: 'One group per name in groupBy.values, in their order; without groupBy, one group of all devices.',
      extensions: groupsRule.extensions,
      resolve: groupsRule.resolver(({ groups }: OpenUsageSeries) => groups()),
    }),
    unattributed: t.field({
      type: [UsageBucketRef],
      cost: CALL_COST,
      listSize: { assumedSize: ROWS_ASSUMED.days },
      description: 'The buckets of the devices that are in none of the groups. Null without groupBy.',
      extensions: unattributedRule.extensions,
      resolve: unattributedRule.resolver(({ series, unattributed }: OpenUsageSeries) =>
        series.request.groupBy === null ? null : unattributed(),
      ),
    }),
    overlappingDevices: t.int({
      cost: CALL_COST,
      description: 'Number of devices that are in more than one group. They count in each. Null without groupBy.',
      extensions: overlappingRule.extensions,
      resolve: overlappingRule.resolver(({ series, overlapping }: OpenUsageSeries) =>
        series.request.groupBy === null ? null : overlapping(),
      ),
    }),
    freshness: t.field({
      type: FreshnessRef,
      cost: CALL_COST,
      description: 'How recent the oldest bucket is, and whether all of them are final.',
      extensions: freshnessRule.extensions,
      resolve: freshnessRule.resolver(async ({ load }: OpenSeries) => (await load()).freshness),
    }),
  }),
});

const seriesRule = fieldRule({
  scope: 'reports:read',
  prepare({ input }: { readonly input: SeriesInput }, context, faults) {
    const request = parseSeriesInput(input, context, faults);
    return request === null ? null : planSeries(request, context, IN_INPUT, faults);
  },
  plan: (series, on, { context }) => ({ ...on, devices: [], load: toPlannedLoad(series, context) }),
});

builder.queryField('usageSeries', (t) =>
  t.field({
    type: UsageSeriesRef,
    description:
      'Usage per day, week, month or billing cycle, by the path that needs the fewest upstream calls. Select plan alone to learn the price: ' +
      'that makes no call.',
    args: {
      input: t.arg({ type: UsageSeriesInput, required: true, description: 'Devices, days and buckets.' }),
    },
    extensions: seriesRule.extensions,
    resolve: seriesRule.resolver((_, series, context): OpenUsageSeries => {
      const open = openSeries(series, context);
      return {
        ...open,
        groups: once(async () => toGroups(series, await open.load())),
        unattributed: once(async () => toUnattributedBuckets(series, await open.load())),
        overlapping: once(async () => countOverlapping(series, await open.load())),
      };
    }),
  }),
);

function toGroups(series: PreparedSeries, { ofFilters }: LoadedSeries): UsageGroup[] {
  const [ofAll = () => null, ...ofGroups] = ofFilters;
  const { groupBy } = series.request;
  if (groupBy === null) return [{ key: null, buckets: toBuckets(series, ofAll, false) }];
  return groupBy.values.map((key, at) => ({
    key,
    buckets: toBuckets(series, ofGroups[at] ?? (() => null), true),
  }));
}
