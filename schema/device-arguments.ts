import type { GraphQLResolveInfo } from 'graphql';
import type { OperationContext } from '../src/context.ts';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';
import { parseDurationBounds, type DurationBounds } from '../src/domain/report-filters.ts';
import { parseReportWindow, type ReportWindow } from '../src/domain/report-window.ts';
import { rejectFaultsBelow, type JudgedArguments } from './rules/arguments-below.ts';

/** What the figures of a device are asked with. */
export interface DeviceArguments {
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  readonly durationLow?: unknown;
  readonly durationHigh?: unknown;
}

export const judgedArguments: JudgedArguments = {
  findFaults(args, context) {
    const faults: InputFault[] = [];
    parseArguments(args, context, faults);
    return faults;
  },
};

/** The arguments as the domain has them. Throws BAD_USER_INPUT, for what is below the field, too. */
export function parseOrReject(args: DeviceArguments, context: OperationContext, info: GraphQLResolveInfo) {
  const faults: InputFault[] = [];
  const parsed = parseArguments(args, context, faults);
  rejectFaults(faults);
  rejectFaultsBelow(info, context);
  return parsed;
}

/** The arguments as the domain has them; every reason why they are none becomes a fault. */
export function parseArguments(
  { startDate, endDate, durationLow, durationHigh }: DeviceArguments,
  { now }: OperationContext,
  faults: InputFault[],
): DurationBounds & { readonly window: ReportWindow } {
  return {
    window: parseReportWindow(startDate, endDate, now(), [], faults),
    ...parseDurationBounds(durationLow, durationHigh, [], faults),
  };
}
