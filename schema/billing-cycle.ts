import { toIncludedBytes } from '../src/domain/allowance-plans.ts';
import { once } from '../src/domain/once.ts';
import { toDate } from '../src/domain/time-zone.ts';
import { toCycleUsage, type CycleUsage } from '../src/usage-over-time/cycle-usage.ts';
import { addExactly } from '../src/domain/usage-totals.ts';
import {
  findExceedingDay,
  MIN_SETTLED_DAYS,
  toProjection,
  type Projection,
} from '../src/usage-over-time/projection.ts';
import { builder, CALL_COST } from './builder.ts';
import { BillingCycleInput, planCycle, type CycleInput, type PreparedCycle } from './billing-cycle-input.ts';
import { openSeries, toPlannedLoad } from './open-series.ts';
import { fieldRule, sharedLoadRule } from './rules/field-rule.ts';
import { asciiText } from './rules/value-size.ts';
import { toTotals } from './usage-bucket.ts';
import { UsageCallPlanRef } from './usage-call-plan.ts';
import { UsageTotalsRef } from './usage.ts';

interface OpenCycle extends PreparedCycle {
  readonly load: () => Promise<CycleUsage>;
}

interface Allowance {
  readonly includedBytes: number;
  readonly isFromPlan: boolean;
  readonly usedShare: number;
  readonly projectedShare: number | null;
  readonly exceedsOn: number | null;
}

const ProjectionRef = builder.objectRef<Projection>('UsageProjection').implement({
  description:
    'Estimate of the bytes at the end of the cycle, from measured usage. Never a bill: carriers round and count differently.',
  fields: (t) => ({
    low: t.expose('low', { type: 'SafeInt', nullable: false, description: 'Lower end of the band, in bytes.' }),
    expected: t.expose('expected', { type: 'SafeInt', nullable: false, description: 'Expected bytes.' }),
    high: t.expose('high', { type: 'SafeInt', nullable: false, description: 'Upper end of the band, in bytes.' }),
    method: t.exposeString('method', {
      nullable: false,
      extensions: asciiText(64),
      description:
        'How it was computed. WEEKDAY_MEDIAN: each day to come has the median of the settled days with the same weekday; low and high also ' +
        'take in the quartiles of all settled days. Days that are not settled count as what they have, if that is more.',
    }),
    basedOnDays: t.exposeInt('basedOnDays', {
      nullable: false,
      description: `Number of settled days of the cycle, ${MIN_SETTLED_DAYS} or more.`,
    }),
  }),
});

const AllowanceRef = builder.objectRef<Allowance>('UsageAllowance').implement({
  description: 'How much of the included bytes is used.',
  fields: (t) => ({
    includedBytes: t.expose('includedBytes', {
      type: 'SafeInt',
      nullable: false,
      description:
        'Bytes included for all devices together. If a plan includes bytes per device, those of the devices in usage.',
    }),
    isFromPlan: t.exposeBoolean('isFromPlan', {
      nullable: false,
      description: 'Whether includedBytes come from a configured plan (usageAllowancePlans). False if they were sent.',
    }),
    usedShare: t.exposeFloat('usedShare', {
      nullable: false,
      description: 'Share used so far, from 0: 1 means all of it, and more than 1 that it is exceeded.',
    }),
    projectedShare: t.exposeFloat('projectedShare', {
      description: 'Share that projection.expected uses; null without a projection.',
    }),
    exceedsOn: t.field({
      type: 'Date',
      description:
        'The day on which the included bytes are exceeded, or are expected to be; null if they are not. Without a projection, only days so far.',
      resolve: ({ exceedsOn }) => (exceedsOn === null ? null : toDate(exceedsOn)),
    }),
  }),
});

const [usageRule, completeRule] = [sharedLoadRule(), sharedLoadRule()];
const [projectionRule, allowanceRule] = [sharedLoadRule(), sharedLoadRule()];

const BillingCycleRef = builder.objectRef<OpenCycle>('BillingCycle').implement({
  description:
    'Usage in a billing cycle. Its dates and plan cost nothing; all other fields share one load of its days until today, and fail if a day could not be loaded.',
  fields: (t) => ({
    start: t.field({
      type: 'Date',
      nullable: false,
      description: 'First day, in timeZone.',
      resolve: ({ cycle }) => toDate(cycle.first),
    }),
    end: t.field({
      type: 'Date',
      nullable: false,
      description: 'Last day, in timeZone.',
      resolve: ({ cycle }) => toDate(cycle.last),
    }),
    daysLeft: t.int({
      nullable: false,
      description: 'Number of days of the cycle after today: 0 on its last day and later.',
      resolve: ({ cycle, series }, _, { now }) => {
        const today = series.request.zone.toDay(now());
        return Math.max(0, cycle.last - Math.max(today, cycle.first - 1));
      },
    }),
    plan: t.field({
      type: UsageCallPlanRef,
      nullable: false,
      description: 'The price of the load. Costs no upstream call.',
      resolve: ({ series }) => series.plan,
    }),
    usage: t.field({
      type: UsageTotalsRef,
      cost: CALL_COST,
      description: 'Totals of the cycle until now, each device once.',
      extensions: usageRule.extensions,
      resolve: usageRule.resolver(async ({ load }: OpenCycle, _, context) => toTotals((await load()).usage, context)),
    }),
    complete: t.boolean({
      cost: CALL_COST,
      description: 'Whether usage covers every device on every day before today.',
      extensions: completeRule.extensions,
      resolve: completeRule.resolver(async ({ load }: OpenCycle) => (await load()).complete),
    }),
    projection: t.field({
      type: ProjectionRef,
      cost: CALL_COST,
      description: `Estimate of the bytes at the end of the cycle. Null if fewer than ${MIN_SETTLED_DAYS} of its days are settled.`,
      extensions: projectionRule.extensions,
      resolve: projectionRule.resolver(async ({ load, cycle }: OpenCycle) => toProjection((await load()).days, cycle)),
    }),
    allowance: t.field({
      type: AllowanceRef,
      cost: CALL_COST,
      description:
        'How much of includedBytes is used. Null if they were not sent and no configured plan covers these devices, or if the bytes used ' +
        'exceed 2^53-1.',
      extensions: allowanceRule.extensions,
      resolve: allowanceRule.resolver(async (open: OpenCycle) => toAllowance(open, await open.load())),
    }),
  }),
});

const cycleRule = fieldRule({
  scope: 'reports:read',
  prepare: ({ input }: { readonly input: CycleInput }, context, faults) => planCycle(input, context, faults),
  plan: ({ series }, on, { context }) => ({ ...on, devices: [], load: toPlannedLoad(series, context) }),
});

builder.queryField('billingCycle', (t) =>
  t.field({
    type: BillingCycleRef,
    description: 'Usage in a billing cycle, an estimate for its end, and the share of an allowance. Not a bill.',
    args: { input: t.arg({ type: BillingCycleInput, required: true, description: 'Devices, cycle and allowance.' }) },
    extensions: cycleRule.extensions,
    resolve: cycleRule.resolver((_, prepared, context): OpenCycle => {
      const { load } = openSeries(prepared.series, context);
      const { computations, now } = context;
      const toUsage = async () => toCycleUsage(prepared.series, await load(), computations().take, now());
      return { ...prepared, load: once(toUsage) };
    }),
  }),
);

function toAllowance(open: OpenCycle, { days, usage }: CycleUsage): Allowance | null {
  const { cycle, allowancePlan } = open;
  const planned = allowancePlan === null ? null : toIncludedBytes(allowancePlan, usage.length);
  const includedBytes = open.includedBytes ?? planned;
  const used = addExactly(days.map(({ bytes }) => bytes));
  if (includedBytes === null || used === null) return null;
  const projection = toProjection(days, cycle);
  return {
    includedBytes,
    isFromPlan: open.includedBytes === null,
    usedShare: used / includedBytes,
    projectedShare: projection === null ? null : projection.expected / includedBytes,
    exceedsOn: findExceedingDay(days, cycle, includedBytes),
  };
}
