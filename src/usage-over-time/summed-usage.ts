import type { DeviceError } from '../domain/device-usage.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { UsageOrder } from '../domain/usage-order.ts';
import type { UsageTotals } from '../domain/usage-totals.ts';
import type { FetchedUsage } from '../reports/usage-answer.ts';

/** The usage of a recorded day whose devices are read only if they are asked for. */
export interface SummedUsage {
  readonly totals: UsageTotals;
  /** The first devices in an order, at most `MAX_SUMMED_ROWS`. Counts rows, and rejects, as `rows` does. */
  readonly list: (order: UsageOrder, first: number) => Promise<readonly FetchedUsage[]>;
  /** All devices. Counts the rows that it goes through before it reads them. Rejects with ReportError or StoreError. */
  readonly rows: () => Promise<readonly FetchedUsage[]>;
}

/** A recorded day as a bucket. It has no missing devices, because none were named. */
export interface SummedBucket {
  readonly summed: SummedUsage;
  readonly errors: readonly DeviceError[];
  readonly freshness: Freshness;
}

/** More devices of a day are not worth sorting in the database. */
export const MAX_SUMMED_ROWS = 100;

/** Whether usage is summed, and not the rows themselves. */
export function isSummed(usage: readonly FetchedUsage[] | SummedUsage | null): usage is SummedUsage {
  return usage !== null && 'totals' in usage;
}
