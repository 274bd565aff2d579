import type { OperationContext } from '../src/context.ts';
import { once } from '../src/domain/once.ts';
import { addSeriesCalls } from '../src/usage-over-time/series-calls.ts';
import { loadSeries, type LoadedSeries } from '../src/usage-over-time/load-series.ts';
import type { PreparedSeries } from '../src/usage-over-time/prepare-series.ts';
import type { PlannedLoad } from './rules/field-rule.ts';

/** A series that is loaded when the first field needs it, once for all of them. */
export interface OpenSeries {
  readonly series: PreparedSeries;
  /** Rejects with ReportError. */
  readonly load: () => Promise<LoadedSeries>;
}

/** Opens a series. Nothing is asked for yet. `maySum`: whether recorded days of the whole account may be summed without their devices. */
export function openSeries(series: PreparedSeries, context: OperationContext, maySum = false): OpenSeries {
  const { loaders, recordedUsage: recorded, computations, now, operation } = context;
  // What it consists of changes at midnight, and its plan with the cache.
  operation.loaded.changing += 1;
  return {
    series,
    load: once(() => loadSeries(series, { loaders, recorded, takeRows: computations().take, maySum, now })),
  };
}

/** What loading a series will ask for. */
export function toPlannedLoad(series: PreparedSeries, context: OperationContext): PlannedLoad {
  const { accountNumber, imeis, groupBy } = series.request;
  let areAdded = false;
  return {
    addCalls(estimate) {
      if (!areAdded) addSeriesCalls(series, context.loaders, estimate);
      areAdded = true;
    },
    toDevices: (path) => {
      const unnamed = imeis.length === 0 ? { name: path, count: Infinity } : null;
      return [{ accountNumber, imeis, unnamed }];
    },
    buckets: series.pairs.length * (groupBy?.values.length ?? 1),
  };
}
