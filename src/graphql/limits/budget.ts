import { ReportError } from '../../domain/errors.ts';

const WAY_OUT =
  'Ask for fewer devices or fewer fields of each, or use requestAggregatedReport, which takes 10,000 devices in one call.';

/**
 * Returns BUDGET_EXCEEDED if an operation costs more upstream calls than the limit, else null. A cost of Infinity means that
 * there is no upper bound.
 */
export function checkBudget(cost: number, limit: number): ReportError | null {
  if (cost <= limit) return null;
  const most = `and the maximum is ${limit}`;
  const message =
    cost === Infinity
      ? `This operation makes calls to the platform for each device of a whole account, so their number has no upper bound, ${most}. Limit the devices with the argument first. ${WAY_OUT}`
      : `This operation needs ${cost} calls to the platform, ${most}. ${WAY_OUT}`;
  return new ReportError('BUDGET_EXCEEDED', message, {
    budget: { cost: cost === Infinity ? null : cost, limit, wayOut: WAY_OUT },
  });
}
