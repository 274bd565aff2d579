import { ReportError } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import { untilCallersTurn } from '../turns/callers-turn.ts';
import { runInTurns } from '../turns/steps.ts';
import type { OperationLoaders } from '../reports/batching/report-loaders.ts';
import type { SessionsLoader } from '../reports/batching/sessions-loader.ts';
import type { UsageLoader } from '../reports/batching/usage-loader.ts';
import { createFromAccount, fromOutcomes, type BucketOutcome } from './bucket-usage.ts';
import { addRecorded, type Outcomes, type RecordedLoadOptions } from './load-recorded.ts';
import { listAsked, toSessionsQuery, type PreparedSeries } from './prepare-series.ts';
import { fromSessions, type DeviceSessions } from './sessions-buckets.ts';
import { listFilters, toQueries } from './series-request.ts';
import type { BucketTime } from './series-windows.ts';
import type { SummedBucket } from './summed-usage.ts';

/** What came of every bucket. */
export interface LoadedSeries {
  /** With each of the filters of the request: its own first, then those of its groups. */
  readonly ofFilters: readonly LoadedBuckets[];
  /** Days of the record whose devices were not read, of the whole account. Other buckets are in `ofFilters`. */
  readonly summed: ReadonlyMap<BucketTime, SummedBucket>;
  readonly freshness: Freshness;
}

/** Returns what came of a bucket; null if it was not asked for. */
export type LoadedBuckets = (bucket: BucketTime) => BucketOutcome | null;

export interface SeriesLoadOptions extends RecordedLoadOptions {
  readonly loaders: OperationLoaders;
  readonly now: () => number;
}

/** Finding named devices takes so much less time than sorting or adding up. */
const ROWS_FILTERED_AS_ONE = 8;
/** An account's answer with more rows and named devices is gone through in a turn of its own. */
const MANY_ROWS = 1_000;

/** Loads every bucket of a series. Throws the error of a series that may not be loaded, or the first failure if every bucket failed. */
export async function loadSeries(series: PreparedSeries, options: SeriesLoadOptions): Promise<LoadedSeries> {
  const { error, request } = series;
  if (error !== null) throw error;
  const ofFilters = await loadBuckets(series, options);
  const summed = await addRecorded(series, ofFilters, options);
  const outcomes = ofFilters.flatMap((each) => [...each.values()]);
  const failures = outcomes.filter((outcome) => outcome instanceof ReportError);
  const [first] = failures;
  if (first !== undefined && failures.length === outcomes.length) throw first;
  return {
    ofFilters: listFilters(request).map((_, at) => (bucket) => ofFilters[at]?.get(bucket) ?? null),
    summed,
    freshness: toFreshness([...outcomes, ...summed.values()], options.now()),
  };
}

function loadBuckets(series: PreparedSeries, options: SeriesLoadOptions): Promise<Outcomes[]> {
  const asked = listAsked(series);
  const { loaders } = options;
  switch (series.plan.path) {
    case 'SESSIONS':
      return loadSessions(series, asked, loaders.sessions(), options.takeRows);
    case 'AGGREGATED':
      return loadDevices(series, asked, loaders.usage());
    case 'ACCOUNT':
      return loadAccount(series, asked, loaders.usage(), options.takeRows);
    case 'RECORDED':
      return Promise.resolve([new Map<BucketTime, BucketOutcome>()]);
  }
}

async function loadSessions(
  { request }: PreparedSeries,
  asked: readonly BucketTime[],
  { load }: SessionsLoader,
  takeRows: SeriesLoadOptions['takeRows'],
): Promise<Outcomes[]> {
  if (asked.length === 0) return [new Map()];
  const devices = await Promise.all(
    request.imeis.map(async (imei): Promise<DeviceSessions> => {
      const report = await toOutcome(load(toSessionsQuery(request, asked, imei)));
      // It becomes a row in each bucket.
      if (!(report instanceof ReportError)) takeRows(report.sessions.length + asked.length);
      return { imei, report };
    }),
  );
  const windows = asked.flatMap(({ window }) => window ?? []);
  const outcomes = await runInTurns(fromSessions(devices, windows));
  return [new Map(asked.flatMap((bucket, at) => toEntry(bucket, outcomes[at])))];
}

function loadDevices(
  { request }: PreparedSeries,
  asked: readonly BucketTime[],
  usage: UsageLoader,
): Promise<Outcomes[]> {
  return Promise.all(
    listFilters(request).map(async (_, filter) => {
      const entries = await Promise.all(
        asked.map(async (bucket): Promise<[BucketTime, BucketOutcome][]> => {
          const query = bucket.window === null ? undefined : toQueries(request, bucket.window)[filter];
          if (query === undefined) return [];
          const outcomes = await toOutcome(usage.loadDevices(query, request.imeis));
          return toEntry(bucket, outcomes instanceof ReportError ? outcomes : fromOutcomes(outcomes, query.window));
        }),
      );
      return new Map(entries.flat());
    }),
  );
}

async function loadAccount(
  { request }: PreparedSeries,
  asked: readonly BucketTime[],
  { accountWindows }: UsageLoader,
  takeRows: SeriesLoadOptions['takeRows'],
): Promise<Outcomes[]> {
  const { imeis } = request;
  const fromAccount = createFromAccount(imeis);
  const ofFilters = listFilters(request).map((): Outcomes => new Map());
  const all = asked.flatMap((bucket) =>
    bucket.window === null ? [] : toQueries(request, bucket.window).map((query, filter) => ({ bucket, query, filter })),
  );
  // Every call is made at once. What is cached is unpacked one by one, because it can have thousands of rows.
  const loading = all.map(({ query }) =>
    accountWindows.isCached(query) ? null : toOutcome(accountWindows.load(query)),
  );
  // If one throws, nobody waits for the others.
  for (const each of loading) each?.catch(() => undefined);
  for (const [at, { bucket, query, filter }] of all.entries()) {
    const answer = await (loading[at] ?? toOutcome(accountWindows.load(query)));
    if (answer instanceof ReportError) {
      ofFilters[filter]?.set(bucket, answer);
      continue;
    }
    const rows = answer.usage.length + answer.errors.length;
    if (imeis.length > 0) takeRows(Math.ceil((rows + imeis.length) / ROWS_FILTERED_AS_ONE));
    ofFilters[filter]?.set(bucket, fromAccount(answer, filter > 0));
    if (rows + imeis.length > MANY_ROWS) await untilCallersTurn();
  }
  return ofFilters;
}

function toEntry(bucket: BucketTime, outcome: BucketOutcome | undefined): [BucketTime, BucketOutcome][] {
  return outcome === undefined ? [] : [[bucket, outcome]];
}

/** What a load returns, or its failure. Rejects only with errors that are not a ReportError. */
function toOutcome<T>(loading: Promise<T>): Promise<T | ReportError> {
  return loading.catch((error: unknown) => {
    if (error instanceof ReportError) return error;
    throw error;
  });
}

function toFreshness(outcomes: readonly (BucketOutcome | SummedBucket)[], nowMs: number): Freshness {
  const loaded = outcomes.flatMap((outcome) => (outcome instanceof ReportError ? [] : [outcome]));
  const asOfMs = loaded.reduce((oldest, { freshness }) => Math.min(oldest, freshness.asOfMs), nowMs);
  const settled =
    outcomes.length > 0 && loaded.length === outcomes.length && loaded.every((each) => each.freshness.settled);
  return { asOfMs, settled };
}
