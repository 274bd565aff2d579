import { ReportError } from './errors.ts';

/** The rows that a database read goes through without returning them, and those that it returns. */
export interface ReadSize {
  readonly scanned: number;
  readonly returned: number;
}

const SCANNED_PER_READ = 1_000;
/** Measured: a row that is returned costs the server as much as five or more that a sum or a sort goes through. */
const RETURNED_PER_READ = 200;

/** Returns what a read counts: 1, and 1 more for every 1,000 rows that it goes through and for every 200 that it returns. */
export function toReadCost({ scanned, returned }: ReadSize): number {
  return 1 + Math.floor(scanned / SCANNED_PER_READ) + Math.floor(returned / RETURNED_PER_READ);
}

/** The database reads that an operation may make, and those that it has made. */
export interface ReadBudget {
  readonly limit: number;
  readsMade: number;
}

/** Counts a read. Throws BUDGET_EXCEEDED, and counts nothing, if the operation has not enough reads left. */
export function takeRead(budget: ReadBudget, size: ReadSize): void {
  const cost = toReadCost(size);
  const left = budget.limit - budget.readsMade;
  if (cost > left) {
    const fault = `This counts as ${toReads(cost)}, of which the operation has ${left} left`;
    throw toBudgetError(fault, null, budget.limit);
  }
  budget.readsMade += cost;
}

/** Returns BUDGET_EXCEEDED if an operation is estimated to need more database reads than the limit, else null. */
export function checkReadBudget(cost: number, limit: number): ReportError | null {
  if (cost <= limit) return null;
  return toBudgetError(`This operation needs up to ${toReads(cost)}`, cost, limit);
}

const WAY_OUT =
  'Ask for fewer reports at once, for fewer of their pages, totals and percentiles, or for shorter pages. ' +
  'To get all results of a report, use its download.';

function toBudgetError(fault: string, cost: number | null, limit: number): ReportError {
  const message = `${fault}, and the maximum is ${limit}. ${WAY_OUT}`;
  return new ReportError('BUDGET_EXCEEDED', message, { budget: { cost, limit, wayOut: WAY_OUT } });
}

function toReads(count: number): string {
  return `${count} database ${count === 1 ? 'read' : 'reads'}`;
}
