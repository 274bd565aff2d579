import { MAX_DEVICES_PER_CALL } from '../reports/aggregated-report.ts';

/** Where the usage of a series can come from. */
export const SERIES_PATHS = ['SESSIONS', 'AGGREGATED', 'ACCOUNT', 'RECORDED'] as const;
export type SeriesPath = (typeof SERIES_PATHS)[number];

/** What asking for a series by one path costs. */
export interface PathCost {
  readonly path: SeriesPath;
  readonly upstreamCalls: number;
  /** Buckets for which no call is made. */
  readonly fromStore: number;
}

/** The price of a series, before anything is asked for. */
export interface CallPlan extends PathCost {
  readonly withinBudget: boolean;
  /** Buckets whose days are all recorded, whatever the path. */
  readonly recordedBuckets: number;
  /** The other paths, the cheapest first. */
  readonly alternatives: readonly CallPlan[];
}

/** One bucket that has begun: what the cache and the record have of it. */
export interface PlannedBucket {
  /** For each filter that it is asked for with: how many of the named devices are not cached. */
  readonly uncachedDevices: readonly number[];
  /** How many of the calls for the account are not cached. */
  readonly uncachedAccounts: number;
  /** Whether all its days are recorded. */
  readonly isRecorded: boolean;
}

/** What is known before any call. */
export interface PlanInput {
  readonly buckets: readonly PlannedBucket[];
  /** Whether devices are named. */
  readonly isNamed: boolean;
  /** Named devices whose sessions are not cached; null if sessions reports cannot answer: no device is named, or there is a filter. */
  readonly uncachedSessions: number | null;
  /** Whether an answer of the account fits into the bounds of an answer, as far as is known. */
  readonly accountFits: boolean;
  /** Whether the platform still has all days of these buckets. */
  readonly mayCall: boolean;
  /** Whether the record can answer: the zone is its own, and there is no filter. */
  readonly mayUseRecord: boolean;
  /** Whether the record is to answer even if it has not all days. */
  readonly acceptsGaps: boolean;
}

/** If two paths cost the same, the one with the shorter answers comes first. */
const ORDER: readonly SeriesPath[] = ['RECORDED', 'AGGREGATED', 'SESSIONS', 'ACCOUNT'];

/**
 * The cost of every path that is exact, the cheapest first: sessions take a call for each device, whatever the buckets; aggregated usage
 * one for ten devices of each bucket, or one for a whole account and bucket. An account whose answers are too large is a way only if there is
 * no other. Empty if the days are neither on the platform nor recorded.
 */
export function toPathCosts(input: PlanInput): readonly PathCost[] {
  const { buckets, isNamed, uncachedSessions, accountFits, mayCall, mayUseRecord, acceptsGaps } = input;
  const recorded = buckets.filter(({ isRecorded }) => isRecorded).length;
  const costs: PathCost[] = [];
  if (mayUseRecord && (recorded === buckets.length || acceptsGaps)) {
    costs.push({ path: 'RECORDED', upstreamCalls: 0, fromStore: recorded });
  }
  if (!mayCall) return costs;
  if (isNamed) {
    costs.push(toCost('AGGREGATED', buckets, ({ uncachedDevices }) => countDeviceCalls(uncachedDevices)));
  }
  if (uncachedSessions !== null) {
    const upstreamCalls = buckets.length === 0 ? 0 : uncachedSessions;
    costs.push({ path: 'SESSIONS', upstreamCalls, fromStore: upstreamCalls === 0 ? buckets.length : 0 });
  }
  if (accountFits || costs.length === 0) {
    costs.push(toCost('ACCOUNT', buckets, ({ uncachedAccounts }) => uncachedAccounts));
  }
  return costs.sort(compare);
}

/** Makes a plan of one of the costs, with the others as its alternatives. */
export function toPlan(
  cost: PathCost,
  costs: readonly PathCost[],
  recordedBuckets: number,
  isAffordable: (cost: PathCost) => boolean,
): CallPlan {
  const toOne = (each: PathCost, alternatives: readonly CallPlan[]): CallPlan => {
    return { ...each, withinBudget: isAffordable(each), recordedBuckets, alternatives };
  };
  const others = costs.filter((other) => other !== cost);
  return toOne(
    cost,
    others.map((other) => toOne(other, [])),
  );
}

/** The calls for devices of several filters, each in tens. */
export function countDeviceCalls(uncachedDevices: readonly number[]): number {
  let calls = 0;
  for (const devices of uncachedDevices) calls += Math.ceil(devices / MAX_DEVICES_PER_CALL);
  return calls;
}

function toCost(
  path: SeriesPath,
  buckets: readonly PlannedBucket[],
  countCalls: (bucket: PlannedBucket) => number,
): PathCost {
  let upstreamCalls = 0;
  let fromStore = 0;
  for (const bucket of buckets) {
    const calls = countCalls(bucket);
    upstreamCalls += calls;
    if (calls === 0) fromStore += 1;
  }
  return { path, upstreamCalls, fromStore };
}

function compare(one: PathCost, other: PathCost): number {
  return one.upstreamCalls - other.upstreamCalls || ORDER.indexOf(one.path) - ORDER.indexOf(other.path);
}
