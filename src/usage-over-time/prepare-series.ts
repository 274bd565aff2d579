import { toSeriesTooLarge } from './series-errors.ts';
import type { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import type { OperationLoaders } from '../reports/batching/report-loaders.ts';
import type { Operation } from '../reports/operation.ts';
import type { SessionsReportQuery } from '../reports/sessions-report.ts';
import { toCounterparts, toPeriods, type Period } from './periods.ts';
import {
  toPathCosts,
  toPlan,
  type CallPlan,
  type PathCost,
  type PlannedBucket,
  type SeriesPath,
} from './plan-calls.ts';
import type { RecordedUsage } from './recorded-usage.ts';
import { hasFilters, toQueries, type SeriesRequest } from './series-request.ts';
import type { BucketTime, LocalCalendar } from './series-windows.ts';

/** A bucket, and the one that it is compared with; null if there is none. */
export interface BucketPair {
  readonly current: BucketTime;
  readonly previous: BucketTime | null;
}

/** A series whose calls are planned, and nothing has been asked for yet. */
export interface PreparedSeries {
  readonly request: SeriesRequest;
  readonly pairs: readonly BucketPair[];
  readonly plan: CallPlan;
  /** Where the buckets come from that the others are compared with. */
  readonly previousPath: SeriesPath;
  /** Why it may not be loaded; null if it may. */
  readonly error: ReportError | null;
}

/** What a series can be planned with. */
export interface SeriesSources {
  readonly loaders: OperationLoaders;
  readonly operation: Pick<Operation, 'maxCalls' | 'maxBytes'>;
  readonly recorded: RecordedUsage | null;
  readonly calendar: LocalCalendar;
}

/** A row of an account's answer, as the limits of an operation count it. */
const BYTES_PER_ROW = 80;
/** Looking up more devices in the cache would take longer than planning may. They count as not cached. */
export const MAX_LOOK_UPS = 50_000;

/** The buckets of a series and their counterparts, which may be out of the reach of calls. */
export function toPairs(
  { division, compareTo }: Pick<SeriesRequest, 'division' | 'compareTo'>,
  { toTime }: LocalCalendar,
): BucketPair[] {
  const periods = toPeriods(division);
  const counterparts = compareTo === null ? [] : toCounterparts(periods, division, compareTo);
  return periods.map((period, at) => {
    const counterpart = counterparts[at] ?? null;
    return { current: toTime(period), previous: counterpart === null ? null : toTime(counterpart) };
  });
}

/** The buckets that have begun, oldest first. None is there twice. */
export function listBegun(pairs: readonly BucketPair[]): readonly BucketTime[] {
  const all = [...pairs.flatMap(({ previous }) => previous ?? []), ...pairs.map(({ current }) => current)];
  return all.filter(({ window }) => window !== null);
}

/** Whether the record has the days of a zone, and can say which devices they are of. */
export function mayUseRecord(request: SeriesRequest, recorded: RecordedUsage | null): recorded is RecordedUsage {
  return recorded !== null && recorded.zoneName === request.zone.name && !hasFilters(request);
}

/** Whether all days of a period are recorded. */
export function isRecorded({ accountNumber }: SeriesRequest, period: Period, recorded: RecordedUsage): boolean {
  return recorded.countDays(accountNumber, period) === period.last - period.first + 1;
}

/** Plans a series. Null if nothing can answer it, or the path that it asks for cannot. */
export function prepareSeries(
  request: SeriesRequest,
  pairs: readonly BucketPair[],
  sources: SeriesSources,
): PreparedSeries | null {
  const { recorded } = sources;
  const previous = pairs.flatMap((pair) => pair.previous ?? []);
  const canUseRecord = mayUseRecord(request, recorded);
  const isPreviousRecorded =
    canUseRecord && previous.length > 0 && previous.every(({ period }) => isRecorded(request, period, recorded));
  const asked = isPreviousRecorded ? listBegun(pairs.map((pair) => ({ ...pair, previous: null }))) : listBegun(pairs);
  const costs = toPathCosts({
    buckets: lookUp(request, asked, sources, canUseRecord),
    isNamed: request.imeis.length > 0,
    uncachedSessions: countUncachedSessions(request, asked, sources),
    accountFits: sources.loaders.usage().accountWindows.countRows(request.accountNumber) !== Infinity,
    mayCall: asked.every(({ period }) => period.first >= sources.calendar.earliest),
    mayUseRecord: canUseRecord,
    acceptsGaps: request.path === 'RECORDED',
  });
  const cost = request.path === 'AUTO' ? costs[0] : costs.find(({ path }) => path === request.path);
  if (cost === undefined) return null;
  const isAffordable = (each: PathCost): boolean => findExcess(request, each, sources) === null;
  const recordedBuckets = canUseRecord
    ? listBegun(pairs).filter(({ period }) => isRecorded(request, period, recorded)).length
    : 0;
  const plan = toPlan(cost, costs, recordedBuckets, isAffordable);
  const excess = findExcess(request, cost, sources);
  return {
    request,
    pairs,
    plan,
    previousPath: isPreviousRecorded ? 'RECORDED' : plan.path,
    error: excess === null ? null : toSeriesTooLarge(plan, excess),
  };
}

/** A series by the path that it names, for callers who have counted its calls: its plan states no price. */
export function toSeriesByPath(
  request: SeriesRequest & { readonly path: SeriesPath },
  pairs: readonly BucketPair[],
): PreparedSeries {
  const { path } = request;
  const plan = { path, upstreamCalls: 0, fromStore: 0, withinBudget: true, recordedBuckets: 0, alternatives: [] };
  return { request, pairs, plan, previousPath: path, error: null };
}

/** The buckets that calls are made for: those that have begun, and do not come from the record. */
export function listAsked({ pairs, plan, previousPath }: PreparedSeries): readonly BucketTime[] {
  if (plan.path === 'RECORDED') return [];
  return previousPath === 'RECORDED' ? listBegun(pairs.map((pair) => ({ ...pair, previous: null }))) : listBegun(pairs);
}

/** The sessions of a device from the first bucket to the last. */
export function toSessionsQuery(
  { accountNumber }: SeriesRequest,
  buckets: readonly BucketTime[],
  imei: Imei,
): SessionsReportQuery {
  return { accountNumber, imei, window: toSpan(buckets), durationLow: null, durationHigh: null };
}

/** The window from the first bucket to the last. */
export function toSpan(buckets: readonly BucketTime[]): ReportWindow {
  return { start: buckets[0]?.window?.start ?? null, end: buckets.at(-1)?.window?.end ?? null };
}

function lookUp(
  request: SeriesRequest,
  asked: readonly BucketTime[],
  { loaders, recorded }: SeriesSources,
  canUseRecord: boolean,
): PlannedBucket[] {
  const { imeis } = request;
  const usage = loaders.usage();
  let left = MAX_LOOK_UPS;
  return asked.map(({ period, window }) => {
    const queries = window === null ? [] : toQueries(request, window);
    left -= imeis.length * queries.length;
    const countUncached = (query: (typeof queries)[number]): number =>
      left < 0 ? imeis.length : usage.listUncached(query, imeis).length;
    return {
      uncachedDevices: queries.map(countUncached),
      uncachedAccounts: queries.filter((query) => !usage.accountWindows.isCached(query)).length,
      isRecorded: canUseRecord && recorded !== null && isRecorded(request, period, recorded),
    };
  });
}

function countUncachedSessions(
  request: SeriesRequest,
  asked: readonly BucketTime[],
  { loaders }: SeriesSources,
): number | null {
  const { imeis } = request;
  if (imeis.length === 0 || hasFilters(request)) return null;
  if (asked.length === 0) return 0;
  const sessions = loaders.sessions();
  return imeis.filter((imei) => !sessions.isCached(toSessionsQuery(request, asked, imei))).length;
}

/** Which limit of an operation the calls of a path would exceed; null if none. */
function findExcess(
  { accountNumber }: SeriesRequest,
  { path, upstreamCalls }: PathCost,
  { loaders, operation }: SeriesSources,
): { readonly cost: number | null; readonly limit: number; readonly name: string } | null {
  const { maxCalls, maxBytes } = operation;
  if (upstreamCalls > maxCalls) return { cost: upstreamCalls, limit: maxCalls, name: 'MAX_UPSTREAM_CALLS' };
  if (path !== 'ACCOUNT' || upstreamCalls === 0) return null;
  const rows = loaders.usage().accountWindows.countRows(accountNumber) ?? 0;
  const bytes = rows * BYTES_PER_ROW * upstreamCalls;
  if (bytes <= maxBytes) return null;
  return { cost: Number.isFinite(bytes) ? bytes : null, limit: maxBytes, name: 'MAX_UPSTREAM_BYTES' };
}
