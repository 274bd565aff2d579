import { ReportError } from './errors.ts';

const WAY_OUT =
  'Ask for fewer devices or fewer fields of each. For usage totals, requestAggregatedReport takes 10,000 devices in one call; ' +
  'a sessions report always takes one call for each device.';

/**
 * Returns BUDGET_EXCEEDED if an operation needs more upstream calls than the limit, else null. Infinity means that there is no
 * upper bound.
 */
export function checkCallBudget(cost: number, limit: number): ReportError | null {
  if (cost <= limit) return null;
  if (cost !== Infinity) return toBudgetError(`This operation needs ${cost} calls to the platform`, cost, limit);
  const unbounded =
    'This operation makes calls to the platform for each device of a whole account, so their number has no upper bound';
  return toBudgetError(unbounded, null, limit, 'Limit the devices with the argument first. ');
}

/** Returns BUDGET_EXCEEDED, for a response that does not fit into what an operation may receive. */
export function toBytesUsedUp(limit: number): ReportError {
  return toBytesError('The responses of the platform for this operation', limit);
}

/** Returns BUDGET_EXCEEDED, for a cached response that does not fit into what an operation may read of the cache. */
export function toCachedBytesUsedUp(limit: number): ReportError {
  return toBytesError('The cached responses of whole accounts that this operation reads', limit);
}

function toBytesError(what: string, limit: number): ReportError {
  const wayOut =
    'Ask for fewer devices, fewer windows or shorter ones at once. For usage totals, requestAggregatedReport returns its results in pages.';
  const message = `${what} exceed ${limit} bytes (MAX_UPSTREAM_BYTES), so this one was not read. ${wayOut}`;
  return new ReportError('BUDGET_EXCEEDED', message, { budget: { cost: null, limit, wayOut } });
}

/**
 * Returns BUDGET_EXCEEDED, for what an operation would have asked after its last call: retries count, and other calls that failed.
 * `wasSent` tells that it was asked before, and failed.
 */
export function toCallsUsedUp(limit: number, wasSent: boolean): ReportError {
  const fault = 'This operation has used up its calls to the platform';
  return wasSent
    ? toBudgetError(`${fault}, so this, which had failed, was not repeated`, null, limit, 'Send the operation again. ')
    : toBudgetError(`${fault}, so this was not asked`, null, limit);
}

function toBudgetError(fault: string, cost: number | null, limit: number, more = ''): ReportError {
  const message = `${fault}, and the maximum is ${limit}. ${more}${WAY_OUT}`;
  return new ReportError('BUDGET_EXCEEDED', message, { budget: { cost, limit, wayOut: WAY_OUT } });
}
