import type { OperationContext } from '../src/context.ts';
import { once } from '../src/domain/once.ts';
import { runInTurns } from '../src/turns/steps.ts';
import {
  countOverlapping,
  toGroupBuckets,
  toUnattributedBuckets,
  type GroupedUsage,
} from '../src/usage-over-time/grouped-devices.ts';
import type { PreparedSeries } from '../src/usage-over-time/prepare-series.ts';
import type { SeriesBucket } from '../src/usage-over-time/series-buckets.ts';
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

/** What the fields of a series show, each found once for all of its aliases. All reject with ReportError. */
interface OpenUsage extends OpenSeries {
  readonly groups: () => Promise<readonly UsageGroup[]>;
  readonly unattributed: () => Promise<readonly SeriesBucket[] | null>;
  readonly overlapping: () => Promise<number | null>;
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

const UsageSeriesRef = builder.objectRef<OpenUsage>('UsageSeries').implement({
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
      resolve: groupsRule.resolver(({ groups }: OpenUsage) => groups()),
    }),
    unattributed: t.field({
      type: [UsageBucketRef],
      cost: CALL_COST,
      listSize: { assumedSize: ROWS_ASSUMED.days },
      description: 'The buckets of the devices that are in none of the groups. Null without groupBy.',
      extensions: unattributedRule.extensions,
      resolve: unattributedRule.resolver(({ unattributed }: OpenUsage) => unattributed()),
    }),
    overlappingDevices: t.int({
      cost: CALL_COST,
      description: 'Number of devices that are in more than one group. They count in each. Null without groupBy.',
      extensions: overlappingRule.extensions,
      resolve: overlappingRule.resolver(({ overlapping }: OpenUsage) => overlapping()),
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
    resolve: seriesRule.resolver((_, series, context) => openUsage(series, context)),
  }),
);

function openUsage(series: PreparedSeries, context: OperationContext): OpenUsage {
  const open = openSeries(series, context, true);
  const { groupBy } = series.request;
  const load = async (): Promise<GroupedUsage> => ({
    series,
    loaded: await open.load(),
    takeRows: context.computations().take,
  });
  return {
    ...open,
    groups: once(async () =>
      toGroupBuckets(await load()).map((buckets, at) => ({ key: groupBy?.values[at] ?? null, buckets })),
    ),
    unattributed: once(async () => (groupBy === null ? null : runInTurns(toUnattributedBuckets(await load())))),
    overlapping: once(async () => (groupBy === null ? null : runInTurns(countOverlapping(await load())))),
  };
}
