import type { OperationContext } from '../src/context.ts';
import { parseDay } from '../src/domain/calendar-date.ts';
import type { InputFault } from '../src/domain/errors.ts';
import { findAllowancePlan, type AllowancePlan } from '../src/domain/allowance-plans.ts';
import { toCycle, type Period } from '../src/usage-over-time/periods.ts';
import type { PreparedSeries } from '../src/usage-over-time/prepare-series.ts';
import { builder } from './builder.ts';
import { deviceSelectionFields, parseDeviceSelection, type DeviceSelectionInput } from './device-selection.ts';
import { IN_INPUT, planSeries } from './plan-series.ts';
import { checkCycleStartDay, CYCLE_START_DAY, TIME_ZONE } from './usage-series-input.ts';

export const BillingCycleInput = builder.inputType('BillingCycleInput', {
  description: 'Devices, billing cycle and allowance.',
  fields: (t) => ({
    ...deviceSelectionFields(t),
    cycleStartDay: t.int({ required: true, description: CYCLE_START_DAY }),
    at: t.field({ type: 'Date', description: 'A day of the cycle, in timeZone. Default: today.' }),
    includedBytes: t.field({
      type: 'SafeInt',
      description:
        'Bytes included in the cycle for all selected devices together (1 or more). Default: what the configured plan of the account, or of ' +
        'dataPlan, includes (usageAllowancePlans).',
    }),
    timeZone: t.string({ defaultValue: 'UTC', description: TIME_ZONE }),
  }),
});

export interface CycleInput extends DeviceSelectionInput {
  readonly cycleStartDay: number;
  readonly at?: unknown;
  readonly includedBytes?: unknown;
  readonly timeZone?: string | null;
}

/** A cycle whose days are planned, and none has been asked for yet. */
export interface PreparedCycle {
  readonly cycle: Period;
  readonly series: PreparedSeries;
  /** As sent; null if it was not. */
  readonly includedBytes: number | null;
  /** What to take the allowance from if it was not sent; null if there is no plan for these devices. */
  readonly allowancePlan: AllowancePlan | null;
}

const PATHS = { ...IN_INPUT, startDate: ['input', 'at'] };

/** Parses the input and plans its days; adds the faults. Null only with a fault. */
export function planCycle(input: CycleInput, context: OperationContext, faults: InputFault[]): PreparedCycle | null {
  const devices = parseDeviceSelection(input, context, faults);
  const zone = context.timeZones.parse(input.timeZone, ['input', 'timeZone'], faults);
  const sent = input.at ?? null;
  const at = sent === null ? null : parseDay(sent, ['input', 'at'], faults);
  checkCycleStartDay(input.cycleStartDay, faults);
  const includedBytes = parseBytes(input.includedBytes ?? null, faults);
  if (devices === null || zone === null || faults.length > 0) return null;
  const cycle = toCycle(at ?? zone.toDay(context.now()), input.cycleStartDay);
  const division = { range: cycle, granularity: 'DAY', cycleStartDay: 1 } as const;
  const request = { ...devices, zone, division, groupBy: null, compareTo: null, path: 'AUTO' } as const;
  const series = planSeries(request, context, PATHS, faults);
  if (series === null) return null;
  return { cycle, series, includedBytes, allowancePlan: findAllowancePlan(context.allowancePlans, devices) };
}

function parseBytes(value: unknown, faults: InputFault[]): number | null {
  if (value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1)) return value;
  const message = 'This is not a valid number of bytes. Send an integer from 1 to 2^53-1.';
  faults.push({ argumentPath: ['input', 'includedBytes'], message });
  return null;
}
