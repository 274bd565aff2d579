import type { OperationContext } from '../src/context.ts';
import type { InputFault } from '../src/domain/errors.ts';
import { once } from '../src/domain/once.ts';
import type { FetchedUsage } from '../src/reports/usage-answer.ts';
import { compareWithHistory } from '../src/usage-over-time/own-histories.ts';
import { listOutliers, toFactors, type Factors, type Outlier } from '../src/usage-over-time/changes.ts';
import { isLoaded } from '../src/usage-over-time/bucket-usage.ts';
import type { Comparison } from '../src/usage-over-time/periods.ts';
import type { PreparedSeries } from '../src/usage-over-time/prepare-series.ts';
import { builder, CALL_COST } from './builder.ts';
import { deviceSelectionFields, parseDeviceSelection, type DeviceSelectionInput } from './device-selection.ts';
import { openSeries, toPlannedLoad, type OpenSeries } from './open-series.ts';
import { IN_INPUT, planSeries } from './plan-series.ts';
import { fieldRule, sharedLoadRule } from './rules/field-rule.ts';
import { toTotals } from './usage-bucket.ts';
import { UsageFactorsRef } from './usage-factors.ts';
import { UsageCallPlanRef } from './usage-call-plan.ts';
import { END_DAY, parseRange, START_DAY, TIME_ZONE, UsageComparisonRef } from './usage-series-input.ts';
import { OutlierRef } from './usage-outlier.ts';
import { UsageTotalsRef, type Device } from './usage.ts';

const UsageChangesInput = builder.inputType('UsageChangesInput', {
  description: 'Devices and days whose usage is compared.',
  fields: (t) => ({
    ...deviceSelectionFields(t),
    startDate: t.field({ type: 'Date', required: true, description: START_DAY }),
    endDate: t.field({ type: 'Date', required: true, description: END_DAY }),
    timeZone: t.string({ defaultValue: 'UTC', description: TIME_ZONE }),
    compareTo: t.field({
      type: UsageComparisonRef,
      defaultValue: 'PREVIOUS_PERIOD',
      description: 'What to compare with: as many days just before, or the same days a year before.',
    }),
  }),
});

interface ChangesInput extends DeviceSelectionInput {
  readonly startDate: unknown;
  readonly endDate: unknown;
  readonly timeZone?: string | null;
  readonly compareTo?: Comparison | null;
}

/** What is made of the load, each once, however many aliases ask for it. Null if the days lie in the future. */
interface OpenChanges extends OpenSeries {
  readonly factors: () => Promise<Factors | null>;
  readonly outliers: () => Promise<readonly (Outlier & { readonly device: Device })[] | null>;
}

const DEFAULT_OUTLIERS = 20;
const currentRule = sharedLoadRule();
const previousRule = sharedLoadRule();
const factorsRule = sharedLoadRule();
const outliersRule = fieldRule({
  loads: true,
  prepare({ first }: { readonly first?: number | null }, _, faults) {
    const rows = first ?? DEFAULT_OUTLIERS;
    if (rows < 1) faults.push({ argumentPath: ['first'], message: 'This is less than 1. Send 1 or more.' });
    return rows;
  },
  plan(first, on, { estimate, path }) {
    on.load?.addCalls(estimate);
    return { ...on, devices: [{ accountNumber: '', imeis: [], unnamed: { name: path, count: first } }] };
  },
});

const UsageChangesRef = builder.objectRef<OpenChanges>('UsageChanges').implement({
  description: 'What changed between two periods. plan costs nothing; all other fields share one load.',
  fields: (t) => ({
    plan: t.field({
      type: UsageCallPlanRef,
      nullable: false,
      description: 'The price of the load. Costs no upstream call.',
      resolve: ({ series }) => series.plan,
    }),
    current: t.field({
      type: UsageTotalsRef,
      cost: CALL_COST,
      description: 'Totals of the days from startDate to endDate; null if they lie in the future.',
      extensions: currentRule.extensions,
      resolve: currentRule.resolver(async (open: OpenSeries, _, context) =>
        toTotals((await loadPair(open)).current, context),
      ),
    }),
    previous: t.field({
      type: UsageTotalsRef,
      cost: CALL_COST,
      description: 'Totals of the days that these are compared with.',
      extensions: previousRule.extensions,
      resolve: previousRule.resolver(async (open: OpenSeries, _, context) =>
        toTotals((await loadPair(open)).previous, context),
      ),
    }),
    factors: t.field({
      type: UsageFactorsRef,
      cost: CALL_COST,
      description:
        'How much of the change comes from more devices, more sessions and larger sessions; null if the days lie in the future.',
      extensions: factorsRule.extensions,
      resolve: factorsRule.resolver(({ factors }: OpenChanges) => factors()),
    }),
    outliers: t.field({
      type: [OutlierRef],
      nullable: { list: true, items: false },
      cost: CALL_COST,
      listSize: { slicingArguments: ['first'], requireOneSlicingArgument: false },
      description:
        'Devices that stand out, those whose bytes changed most first. Devices that are not in both periods are left out. Null if the days lie in the future.',
      extensions: outliersRule.extensions,
      args: {
        first: t.arg.int({ defaultValue: DEFAULT_OUTLIERS, description: 'Maximum number of devices (1 or more).' }),
      },
      resolve: outliersRule.resolver(
        async ({ outliers }: OpenChanges, first) => (await outliers())?.slice(0, first) ?? null,
      ),
    }),
  }),
});

const changesRule = fieldRule({
  scope: 'reports:read',
  prepare: ({ input }: { readonly input: ChangesInput }, context, faults) => planChanges(input, context, faults),
  plan: (series, on, { context }) => ({ ...on, devices: [], load: toPlannedLoad(series, context) }),
});

builder.queryField('usageChanges', (t) =>
  t.field({
    type: UsageChangesRef,
    description:
      'What changed against the days before, or a year ago. Select plan alone to learn the price: that makes no call.',
    args: { input: t.arg({ type: UsageChangesInput, required: true, description: 'Devices and days.' }) },
    extensions: changesRule.extensions,
    resolve: changesRule.resolver((_, series, context) => openChanges(openSeries(series, context), context)),
  }),
);

function planChanges(input: ChangesInput, context: OperationContext, faults: InputFault[]): PreparedSeries | null {
  const devices = parseDeviceSelection(input, context, faults);
  const range = parseRange(input.startDate, input.endDate, ['input'], faults);
  const zone = context.timeZones.parse(input.timeZone, ['input', 'timeZone'], faults);
  if (devices === null || range === null || zone === null || faults.length > 0) return null;
  const division = { range, granularity: 'WHOLE', cycleStartDay: 1 } as const;
  const compareTo = input.compareTo ?? 'PREVIOUS_PERIOD';
  return planSeries({ ...devices, zone, division, groupBy: null, compareTo, path: 'AUTO' }, context, IN_INPUT, faults);
}

function openChanges(open: OpenSeries, context: OperationContext): OpenChanges {
  const { computations, recordedUsage: recorded, now } = context;
  const { accountNumber } = open.series.request;
  /** Computes with the usage of both periods. */
  const compute = <T>(of: (current: readonly FetchedUsage[], previous: readonly FetchedUsage[]) => T) =>
    once(async () => {
      const { current, previous } = await loadPair(open);
      if (current === null || previous === null) return null;
      computations().take(current.length + previous.length);
      return of(current, previous);
    });
  const listed = compute(listOutliers);
  return {
    ...open,
    factors: compute(toFactors),
    outliers: once(async () => {
      const outliers = await listed();
      if (outliers === null) return null;
      const compared = await compareWithHistory(outliers, open.series.request, {
        recorded,
        takeRows: computations().take,
        now,
      });
      return compared.map((outlier) => ({ ...outlier, device: { imei: outlier.imei, accountNumber } }));
    }),
  };
}

/** The usage in both periods; null if a period lies in the future. Throws the failure of a period that could not be loaded. */
async function loadPair({ series, load }: OpenSeries) {
  const { ofFilters } = await load();
  const [pair] = series.pairs;
  const read = (bucket: (typeof series.pairs)[number]['previous']): readonly FetchedUsage[] | null => {
    const outcome = bucket === null ? null : (ofFilters[0]?.(bucket) ?? null);
    if (outcome === null) return null;
    if (!isLoaded(outcome)) throw outcome;
    return outcome.usage;
  };
  return { current: read(pair?.current ?? null), previous: read(pair?.previous ?? null) };
}
