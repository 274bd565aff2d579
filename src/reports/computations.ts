import { countSeriesRows, createComputationBudget, type ComputationBudget } from '../domain/computation-budget.ts';
import { toDailySeries, type DailySeries } from '../domain/daily-series.ts';
import { once } from '../domain/once.ts';
import { oncePerKey } from '../domain/once-per-key.ts';
import { toSessionTotals, toSessionValues, type SessionTotals, type SessionValues } from '../domain/session.ts';
import type { TimeZone } from '../domain/time-zone.ts';
import { orderUsage, type UsageOrder } from '../domain/usage-order.ts';
import { sortValues, findPercentiles, toUsageTotals, type UsageTotals } from '../domain/usage-totals.ts';
import type { SessionsReport } from './sessions-report.ts';
import type { FetchedUsage } from './usage-answer.ts';

/** What is computed from the sessions of a report, each once. Both throw BUDGET_EXCEEDED. */
export interface ComputedSessions {
  readonly totals: () => SessionTotals;
  /** The sessions by calendar day in the zone. */
  readonly daily: (zone: TimeZone) => DailySeries;
}

/** What is computed from a list of usage, each once. All throw BUDGET_EXCEEDED. */
export interface ComputedUsage {
  readonly totals: () => UsageTotals;
  /** The first devices in an order; null means the order of the report, and all devices. */
  readonly list: (order: UsageOrder | null, first: number | null) => readonly FetchedUsage[];
  /** Bytes per device at each percentile (0 to 100), in the order of the percentiles. */
  readonly bytesPercentiles: (percentiles: readonly number[]) => readonly number[];
}

/**
 * What one operation computes from its reports, within a budget of rows. The results end with the operation, because operations share
 * their reports.
 */
export interface Computations {
  readonly sessions: (report: SessionsReport) => ComputedSessions;
  readonly usage: (usage: readonly FetchedUsage[]) => ComputedUsage;
  /** Counts rows that are gone through for something else. Throws BUDGET_EXCEEDED. */
  readonly take: (rows: number) => void;
}

/** Creates the computations of one operation, with at most `maxRows` rows. */
export function createComputations(maxRows: number): Computations {
  const budget = createComputationBudget(maxRows);
  const sessions = createPerSubject((report: SessionsReport) => computeSessions(report, budget));
  const usage = createPerSubject((devices: readonly FetchedUsage[]) => computeUsage(devices, budget));
  return { sessions, usage, take: budget.take };
}

function createPerSubject<Subject extends object, Computed>(create: (subject: Subject) => Computed) {
  const known = new Map<Subject, Computed>();
  return (subject: Subject): Computed => {
    const found = known.get(subject) ?? create(subject);
    known.set(subject, found);
    return found;
  };
}

function computeSessions(
  { sessions, query, fetchedAtMs }: SessionsReport,
  budget: ComputationBudget,
): ComputedSessions {
  const values = once((): readonly SessionValues[] => sessions.map(toSessionValues));
  const seriesRows = once(() => countSeriesRows(values()));
  return {
    totals: once(() => {
      budget.take(sessions.length);
      return toSessionTotals(values());
    }),
    daily: oncePerKey(
      ({ name }) => name,
      (zone) => {
        budget.take(seriesRows());
        return toDailySeries(values(), query.window, zone, fetchedAtMs);
      },
    ),
  };
}

function computeUsage(usage: readonly FetchedUsage[], budget: ComputationBudget): ComputedUsage {
  const ordered = oncePerKey(
    (order: UsageOrder) => order,
    (order) => {
      budget.take(usage.length);
      return orderUsage(usage, order);
    },
  );
  const sortedBytes = once(() => {
    budget.take(usage.length);
    return sortValues(usage.map((device) => device.bytesTransferred));
  });
  return {
    totals: once(() => {
      budget.take(usage.length);
      return toUsageTotals(usage);
    }),
    list: oncePerKey(
      (order, first) => `${order} ${first}`,
      (order, first) => {
        const all = order === null ? usage : ordered(order);
        if (first === null || first >= all.length) return all;
        budget.take(first);
        return all.slice(0, first);
      },
    ),
    bytesPercentiles: oncePerKey(
      (percentiles) => percentiles.join(' '),
      (percentiles) => {
        budget.take(percentiles.length);
        return findPercentiles(sortedBytes(), percentiles);
      },
    ),
  };
}
