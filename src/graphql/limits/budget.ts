import { ReportError } from '../../domain/errors.ts';

const WAY_OUT =
  'Ask for fewer devices or for less of each, or use requestAggregatedReport, which takes 10,000 devices in one call.';

/** BUDGET_EXCEEDED where an operation costs more calls than it may, else null; a cost of Infinity is one that nothing bounds. */
export function checkBudget(cost: number, limit: number): ReportError | null {
  if (cost <= limit) return null;
  const most = `and ${limit} are the most that one may make`;
  const message =
    cost === Infinity
      ? `This operation asks on for each device of a whole account, so how many calls to the platform it makes cannot be told beforehand, ${most}. Say how many devices with first. ${WAY_OUT}`
      : `This operation makes ${cost} calls to the platform, ${most}. ${WAY_OUT}`;
  return new ReportError('BUDGET_EXCEEDED', message, {
    budget: { cost: cost === Infinity ? null : cost, limit, wayOut: WAY_OUT },
  });
}

/** How many values stand in a JSON value, lists and objects themselves among them; counted no further than just past `most`. */
export function countValues(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let counted = 1;
  for (const inner of Object.values(value)) {
    if (counted > most) break;
    counted += countValues(inner, most - counted);
  }
  return counted;
}
