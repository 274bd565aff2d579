import type { AccountNumber } from '../domain/account.ts';
import type { Imei } from '../domain/imei.ts';
import type { UsageFilters } from '../domain/report-filters.ts';
import type { TimeZone } from '../domain/time-zone.ts';
import type { UsageQuery } from '../reports/aggregate-request.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import type { Comparison, Division } from './periods.ts';
import type { SeriesPath } from './plan-calls.ts';

/** What devices are grouped by, and the filter of a report for it. */
export const GROUP_KEYS = {
  DATA_PLAN: 'dataPlan',
  DEVICE_GROUP: 'deviceGroup',
  DEVICE_LABEL: 'deviceLabel',
} as const satisfies Readonly<Record<string, keyof UsageFilters>>;
export type GroupKey = keyof typeof GROUP_KEYS;

/** What a series is about, its arguments parsed. */
export interface SeriesRequest {
  readonly accountNumber: AccountNumber;
  /** Empty for every device of the account. */
  readonly imeis: readonly Imei[];
  readonly filters: UsageFilters;
  readonly zone: TimeZone;
  readonly division: Division;
  readonly groupBy: { readonly by: GroupKey; readonly values: readonly string[] } | null;
  readonly compareTo: Comparison | null;
  readonly path: SeriesPath | 'AUTO';
}

/** The filters that a series is asked for with: first its own, then one for each group. */
export function listFilters({ filters, groupBy }: Pick<SeriesRequest, 'filters' | 'groupBy'>): readonly UsageFilters[] {
  if (groupBy === null) return [filters];
  return [filters, ...groupBy.values.map((value) => ({ ...filters, [GROUP_KEYS[groupBy.by]]: value }))];
}

/** Whether the platform is to choose among the devices, which a sessions report cannot. */
export function hasFilters(request: SeriesRequest): boolean {
  return listFilters(request).some(
    ({ deviceGroup, deviceLabel, dataPlan }) => deviceGroup !== null || deviceLabel !== null || dataPlan !== null,
  );
}

/** The query of one window with each of the filters. */
export function toQueries(request: SeriesRequest, window: ReportWindow): readonly UsageQuery[] {
  const { accountNumber } = request;
  return listFilters(request).map((filters) => ({ ...filters, accountNumber, window }));
}
