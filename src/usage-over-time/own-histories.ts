import { HISTORY_DAYS, compareGrowth } from './baseline.ts';
import type { Outlier } from './changes.ts';
import type { SeriesLoadOptions } from './load-series.ts';
import type { SeriesRequest } from './series-request.ts';

/** Maximum number of devices whose bytes grew that are compared with their own history. */
const MAX_COMPARED = 1_000;

/**
 * Compares the devices whose bytes grew most with their own history, if there is a record in the time zone of the request. Rejects with
 * ReportError or StoreError.
 */
export async function compareWithHistory(
  outliers: readonly Outlier[],
  { accountNumber, zone, division }: SeriesRequest,
  { recorded, takeRows, now }: Pick<SeriesLoadOptions, 'recorded' | 'takeRows' | 'now'>,
): Promise<readonly Outlier[]> {
  if (recorded === null || recorded.zoneName !== zone.name) return outliers;
  const grown = outliers.filter(({ reason }) => reason === 'INSUFFICIENT_HISTORY').map(({ imei }) => imei);
  const compared = new Set(grown.slice(0, MAX_COMPARED));
  const { first, last } = division.range;
  const before = { first: first - HISTORY_DAYS, last: first - 1 };
  if (recorded.countDays(accountNumber, before) === 0) return outliers;
  const histories = await recorded.readHistories(accountNumber, [...compared], before, takeRows);
  const known = outliers.filter(({ imei, reason }) => reason !== 'INSUFFICIENT_HISTORY' || compared.has(imei));
  return compareGrowth(known, histories, { first, last: Math.min(last, zone.toDay(now())) });
}
