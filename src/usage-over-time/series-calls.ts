import type { OperationLoaders } from '../reports/batching/report-loaders.ts';
import type { CallEstimate } from '../reports/call-estimate.ts';
import { listAsked, toSessionsQuery, type PreparedSeries } from './prepare-series.ts';
import { toQueries } from './series-request.ts';

/** Adds the calls of a series to those of its operation: none if it may not be loaded. What other fields ask for, too, counts once. */
export function addSeriesCalls(series: PreparedSeries, loaders: OperationLoaders, estimate: CallEstimate): void {
  const { request, plan, error } = series;
  if (error !== null) return;
  const asked = listAsked(series);
  const { accountNumber, imeis } = request;
  if (plan.path === 'SESSIONS') {
    const [first] = imeis;
    if (first === undefined || asked.length === 0) return;
    const uncached = imeis.filter((imei) => !loaders.sessions().isCached(toSessionsQuery(request, asked, imei)));
    estimate.sessions([{ accountNumber, imeis: uncached, unnamed: null }], toSessionsQuery(request, asked, first));
    return;
  }
  const usage = loaders.usage();
  for (const { window } of asked) {
    for (const query of window === null ? [] : toQueries(request, window)) {
      if (plan.path === 'ACCOUNT') {
        if (!usage.accountWindows.isCached(query)) estimate.account(query);
      } else estimate.usage([{ accountNumber, imeis: usage.listUncached(query, imeis), unnamed: null }], query);
    }
  }
}
