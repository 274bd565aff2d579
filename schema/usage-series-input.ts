import type { OperationContext } from '../src/context.ts';
import { parseDay } from '../src/domain/calendar-date.ts';
import type { ArgumentPath, InputFault } from '../src/domain/errors.ts';
import { parseFilter } from '../src/domain/report-filters.ts';
import type { Comparison, Granularity, Period } from '../src/usage-over-time/periods.ts';
import { GROUP_KEYS, type GroupKey, type SeriesRequest } from '../src/usage-over-time/series-request.ts';
import { builder } from './builder.ts';
import { deviceSelectionFields, parseDeviceSelection, type DeviceSelectionInput } from './device-selection.ts';
import { UsageSeriesPathRef, type ASKED_PATHS } from './usage-call-plan.ts';

/** Days of a series at most, recorded ones included. */
const MAX_DAYS = 800;
const MAX_GROUPS = 20;

export const TIME_ZONE = 'Time zone of the days: an IANA name of at most 64 characters, such as "America/New_York".';
export const START_DAY = 'First day, in timeZone.';
export const END_DAY = `Last day, in timeZone. Not before startDate, and at most ${MAX_DAYS} days from it. It may lie in the future.`;
export const CYCLE_START_DAY =
  'First day of a billing cycle (1-31). A month without that day starts its cycle on its last day.';

export const UsageGranularityRef = builder.enumType('UsageGranularity', {
  description:
    'How long the buckets of a series are. The first and the last one are cut where the series starts and ends.',
  values: {
    DAY: { description: 'A calendar day.' },
    WEEK: { description: 'An ISO week, from Monday to Sunday.' },
    MONTH: { description: 'A calendar month.' },
    BILLING_CYCLE: { description: 'A month that begins on cycleStartDay.' },
    WHOLE: { description: 'All days in one bucket.' },
  },
});

export const UsageComparisonRef = builder.enumType('UsageComparison', {
  description:
    'What each bucket is compared with. Buckets keep their own lengths: February with 28 days is compared with all 31 of January.',
  values: {
    PREVIOUS_PERIOD: {
      description:
        'The same number of buckets just before: the days, weeks, months or cycles before; for WHOLE, as many days.',
    },
    SAME_PERIOD_LAST_YEAR: {
      description: 'The same day, month or cycle a year before; for WEEK, the week 52 weeks before.',
    },
  },
});

const UsageGroupKeyRef = builder.enumType('UsageGroupKey', {
  description: 'Property of the devices that the groups are made by.',
  values: {
    DATA_PLAN: { description: 'Their data plan.' },
    DEVICE_GROUP: { description: 'Their device group.' },
    DEVICE_LABEL: { description: 'Their label.' },
  },
});

const UsageGroupBy = builder.inputType('UsageGroupBy', {
  description: 'Groups of devices. ThingSpace cannot list them, so name them.',
  fields: (t) => ({
    by: t.field({
      type: UsageGroupKeyRef,
      required: true,
      description: 'Property of the devices that the groups are made by.',
    }),
    values: t.stringList({
      required: true,
      description: `Names of the groups, 1-${MAX_GROUPS} of them. Each group takes as many upstream calls as the series without groups. 1-256 characters, no control characters.`,
    }),
  }),
});

export const UsageSeriesInput = builder.inputType('UsageSeriesInput', {
  description:
    'Devices, days and buckets of a series. Days are local days of timeZone, both ends inclusive. Upstream calls reach back 180 days, ' +
    'today included; what is recorded has no such limit.',
  fields: (t) => ({
    ...deviceSelectionFields(t),
    startDate: t.field({ type: 'Date', required: true, description: START_DAY }),
    endDate: t.field({ type: 'Date', required: true, description: END_DAY }),
    granularity: t.field({ type: UsageGranularityRef, required: true, description: 'How long the buckets are.' }),
    timeZone: t.string({ defaultValue: 'UTC', description: TIME_ZONE }),
    cycleStartDay: t.int({ description: `${CYCLE_START_DAY} Required for BILLING_CYCLE, otherwise ignored.` }),
    groupBy: t.field({ type: UsageGroupBy, description: 'Groups of devices to report on separately. Default: none.' }),
    compareTo: t.field({
      type: UsageComparisonRef,
      description: 'What to compare each bucket with. Default: nothing.',
    }),
    path: t.field({ type: UsageSeriesPathRef, defaultValue: 'AUTO', description: 'Where the usage is to come from.' }),
  }),
});

export interface SeriesInput extends DeviceSelectionInput {
  readonly startDate: unknown;
  readonly endDate: unknown;
  readonly granularity: Granularity;
  readonly timeZone?: string | null;
  readonly cycleStartDay?: number | null;
  readonly groupBy?: { readonly by: GroupKey; readonly values: readonly string[] } | null;
  readonly compareTo?: Comparison | null;
  readonly path?: (typeof ASKED_PATHS)[number] | null;
}

/** Parses the input of a series, and adds its faults. Null only with a fault. */
export function parseSeriesInput(
  input: SeriesInput,
  context: OperationContext,
  faults: InputFault[],
): SeriesRequest | null {
  const { granularity, cycleStartDay, compareTo, path } = input;
  const devices = parseDeviceSelection(input, context, faults);
  const range = parseRange(input.startDate, input.endDate, ['input'], faults);
  const zone = context.timeZones.parse(input.timeZone, ['input', 'timeZone'], faults);
  const startDay = granularity === 'BILLING_CYCLE' ? (cycleStartDay ?? 0) : 1;
  checkCycleStartDay(startDay, faults);
  const groupBy = parseGroups(input, faults);
  if (devices === null || range === null || zone === null || faults.length > 0) return null;
  const division = { range, granularity, cycleStartDay: startDay };
  return { ...devices, zone, division, groupBy, compareTo: compareTo ?? null, path: path ?? 'AUTO' };
}

/** Parses the days of a series, and adds their faults. Null only with a fault. */
export function parseRange(
  startDate: unknown,
  endDate: unknown,
  at: ArgumentPath,
  faults: InputFault[],
  [startName, endName] = ['startDate', 'endDate'],
): Period | null {
  const first = parseDay(startDate, [...at, startName], faults);
  const last = parseDay(endDate, [...at, endName], faults);
  if (first === null || last === null) return null;
  const days = last - first + 1;
  if (days >= 1 && days <= MAX_DAYS) return { first, last };
  const message =
    days < 1
      ? 'The last day is before the first. Swap the two.'
      : `These are ${days} days, and the maximum is ${MAX_DAYS}. Ask for fewer.`;
  faults.push({ argumentPath: [...at, endName], message });
  return null;
}

/** Adds a fault if a billing cycle cannot start on that day of the month. */
export function checkCycleStartDay(day: number, faults: InputFault[]): void {
  if (day >= 1 && day <= 31) return;
  const message = 'A billing cycle needs the day of the month on which it starts. Send a number from 1 to 31.';
  faults.push({ argumentPath: ['input', 'cycleStartDay'], message });
}

function parseGroups(input: SeriesInput, faults: InputFault[]): SeriesRequest['groupBy'] {
  const { groupBy } = input;
  if (groupBy === null || groupBy === undefined) return null;
  const at = ['input', 'groupBy'];
  const filter = GROUP_KEYS[groupBy.by];
  if ((input[filter] ?? null) !== null) {
    const message = `The devices are already limited to one ${filter}. Leave out the filter, or the groups.`;
    faults.push({ argumentPath: [...at, 'by'], message });
  }
  const values = new Set(
    groupBy.values
      .slice(0, MAX_GROUPS + 1)
      .map((value, at_) => parseFilter(value, [...at, 'values', at_], faults) ?? ''),
  );
  if (values.size < 1 || values.size > MAX_GROUPS) {
    const message = `Name 1 to ${MAX_GROUPS} groups.`;
    faults.push({ argumentPath: [...at, 'values'], message });
  }
  return { by: groupBy.by, values: [...values] };
}
