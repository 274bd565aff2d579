import type { OperationContext } from '../src/context.ts';
import { checkComputationBudget, ROWS_PER_TIME_ZONE } from '../src/domain/computation-budget.ts';
import type { ArgumentPath, InputFault } from '../src/domain/errors.ts';
import { MAX_WINDOW_DAYS } from '../src/domain/report-window.ts';
import { toDate, UTC } from '../src/domain/time-zone.ts';
import {
  listBegun,
  MAX_LOOK_UPS,
  mayUseRecord,
  prepareSeries,
  toPairs,
  type PreparedSeries,
} from '../src/usage-over-time/prepare-series.ts';
import { listFilters, type SeriesRequest } from '../src/usage-over-time/series-request.ts';
import { createLocalCalendar, type LocalCalendar } from '../src/usage-over-time/series-windows.ts';

/** Where the arguments of a series are, for its faults. */
export interface SeriesPaths {
  readonly startDate: ArgumentPath;
  readonly compareTo: ArgumentPath;
  readonly path: ArgumentPath;
}

/** The paths of an input object's fields. */
export const IN_INPUT: SeriesPaths = {
  startDate: ['input', 'startDate'],
  compareTo: ['input', 'compareTo'],
  path: ['input', 'path'],
};

type PlannedRequest = Pick<SeriesRequest, 'zone' | 'division' | 'compareTo' | 'imeis' | 'filters' | 'groupBy'>;

/** A bucket costs as much as this many rows: its days are looked up in the time zone. */
const ROWS_PER_BUCKET = 64;
/** So does looking up a device in the cache. */
const ROWS_PER_LOOK_UP = 4;

/**
 * Plans a series; adds a fault and returns null if nothing can answer it. Throws BUDGET_EXCEEDED if the series of the operation take too long
 * to plan.
 */
export function planSeries(
  request: SeriesRequest,
  context: OperationContext,
  paths: SeriesPaths,
  faults: InputFault[],
): PreparedSeries | null {
  takePlanning(request, context);
  const { loaders, operation, recordedUsage: recorded } = context;
  const calendar = createLocalCalendar(request.zone, context.now());
  const pairs = toPairs(request, calendar);
  const series = prepareSeries(request, pairs, { loaders, operation, recorded, calendar });
  if (series === null) faults.push(findFault(request, context, calendar, paths));
  return series;
}

/** Counts what planning takes in rows of a computation. Throws BUDGET_EXCEEDED. */
export function takePlanning(request: PlannedRequest, { prepared, maxComputedRows }: OperationContext): void {
  const { zone, division, compareTo, imeis } = request;
  const days = division.range.last - division.range.first + 1;
  const buckets = (division.granularity === 'DAY' ? days : Math.ceil(days / 7) + 1) * (compareTo === null ? 1 : 2);
  const ofZone = zone === UTC ? 0 : ROWS_PER_TIME_ZONE;
  const queries = buckets * listFilters(request).length;
  const lookUps = imeis.length + Math.min(imeis.length * queries, MAX_LOOK_UPS);
  prepared.plannedRows += ofZone + queries * ROWS_PER_BUCKET + lookUps * ROWS_PER_LOOK_UP;
  const error = checkComputationBudget(prepared.plannedRows, maxComputedRows);
  if (error !== null) throw error;
}

/** Why nothing can answer a series. */
function findFault(
  request: SeriesRequest,
  { recordedUsage }: OperationContext,
  calendar: LocalCalendar,
  paths: SeriesPaths,
): InputFault {
  const { path } = request;
  const zoneName = recordedUsage?.zoneName ?? null;
  if (path === 'RECORDED' && !mayUseRecord(request, recordedUsage)) {
    const message =
      zoneName === null
        ? 'Nothing is recorded, so no usage can come from the record. Send AUTO or another path.'
        : `The record has days of the time zone ${zoneName}, without filters and groups. Ask for those, or send AUTO.`;
    return { argumentPath: paths.path, message };
  }
  const tooOld = findTooOld(request, calendar, paths);
  if (tooOld !== null) return tooOld;
  return { argumentPath: paths.path, message: WITHOUT_PATH[path] ?? 'No path can answer this. Send AUTO.' };
}

/** The fault of days that the platform no longer has; null if there are none. */
export function findTooOld(
  request: Pick<SeriesRequest, 'division' | 'compareTo'>,
  calendar: LocalCalendar,
  paths: Pick<SeriesPaths, 'startDate' | 'compareTo'>,
): InputFault | null {
  const { first: start } = request.division.range;
  const earliest = toDate(calendar.earliest);
  const noOlder = `and the platform only has data of the last ${MAX_WINDOW_DAYS} days. The earliest day is ${earliest}`;
  if (start < calendar.earliest) {
    const message = `The start ${toDate(start)} is too long ago, ${noOlder}: send it or a later one.`;
    return { argumentPath: paths.startDate, message };
  }
  const [first] = listBegun(toPairs(request, calendar));
  if (first === undefined || first.period.first >= calendar.earliest) return null;
  const message =
    `The comparison starts on ${toDate(first.period.first)}, which is too long ago, ${noOlder}. ` +
    'Ask for fewer days, or leave this out.';
  return { argumentPath: paths.compareTo, message };
}

const WITHOUT_PATH: Readonly<Partial<Record<SeriesRequest['path'], string>>> = {
  SESSIONS:
    'A sessions report is of one named device, and has no filters. Name devices without filters and groups, or send AUTO.',
  AGGREGATED: 'Aggregated usage is of named devices. Name them, or send AUTO.',
  ACCOUNT: 'The last answer of the account was too large to be read. Send AUTO.',
};
