import type { DurationBounds } from '../domain/report-filters.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { toUsageQueryKey, type UnresolvedUsageQuery } from './aggregate-request.ts';
import { MAX_DEVICES_PER_CALL } from './aggregated-report.ts';

/** Devices that an operation will request, as far as this is known before any call. */
export interface ExpectedDevices {
  /** Empty if only a response names it. */
  readonly accountNumber: string;
  readonly imeis: readonly string[];
  /** Further devices, which only a response names: at most `count` (Infinity if there is no bound). `name` identifies the group. */
  readonly unnamed: { readonly name: string; readonly count: number } | null;
}

/** An upper bound for the upstream calls of one operation, counted as its loaders make them: what is requested twice counts once. */
export interface CallEstimate {
  /** The tick in which a query begins. */
  readonly start: Tick;
  /** A tick that follows another after work that no loader does. There are at most `times` of them, one after the other. */
  later(tick: Tick, times: number): Tick;
  /** Adds calls that share nothing with others. */
  add(calls: number): void;
  /** Adds one call per device. Returns the tick in which the responses are there. */
  sessions(
    tick: Tick,
    devices: readonly ExpectedDevices[],
    query: DurationBounds & { readonly window: ReportWindow },
  ): Tick;
  /** Adds one call per ten devices of an account. Returns the tick in which the responses are there. */
  usage(tick: Tick, devices: readonly ExpectedDevices[], query: Omit<UnresolvedUsageQuery, 'accountNumber'>): Tick;
  /** Adds one call for a whole account. Returns the tick in which the response is there. */
  account(tick: Tick, query: UnresolvedUsageQuery): Tick;
  /** The maximum number of calls if none is retried; Infinity if there is no bound. */
  total(): number;
}

/** Devices of one query, each once. */
interface Asked {
  readonly imeis: Set<string>;
  readonly unnamed: Map<string, number>;
}

/** Creates an empty estimate. */
export function createCallEstimate(): CallEstimate {
  const ticks = createTicks();
  const sessions = new Map<string, Asked>();
  const accounts = new Set<string>();
  const usage = new Map<string, Map<Tick, Asked>>();
  let others = 0;

  /** Devices requested in the first tick are not requested again. Devices without a definite tick may need a call each. */
  const countUsage = (byTick: ReadonlyMap<Tick, Asked>): number => {
    const first = byTick.get(ticks.start);
    const oneByOne = createAsked();
    let calls = 0;
    for (const [tick, asked] of byTick) {
      const times = ticks.countTimes(tick);
      const fresh = first === undefined || asked === first ? asked : without(asked, first);
      if (times === Infinity) addTo(oneByOne, fresh.imeis, fresh.unnamed);
      else calls += toMaxCalls(count(fresh), times);
    }
    return calls + count(oneByOne);
  };

  return {
    start: ticks.start,
    later: ticks.later,
    add: (calls) => void (others += calls),
    sessions(tick, devices, { window, durationLow, durationHigh }) {
      for (const { accountNumber, imeis, unnamed } of devices) {
        const key = JSON.stringify([accountNumber, window.start?.text, window.end?.text, durationLow, durationHigh]);
        const asked = sessions.get(key) ?? createAsked();
        sessions.set(key, asked);
        addTo(asked, imeis, toMap(unnamed));
      }
      return ticks.answered(tick, 'sessions');
    },
    usage(tick, devices, query) {
      for (const { accountNumber, imeis, unnamed } of devices) {
        const key = toUsageQueryKey({ ...query, accountNumber });
        const byTick = usage.get(key) ?? new Map<Tick, Asked>();
        usage.set(key, byTick);
        const asked = byTick.get(tick) ?? createAsked();
        byTick.set(tick, asked);
        addTo(asked, imeis, toMap(unnamed));
      }
      return ticks.answered(tick, 'usage');
    },
    account(tick, query) {
      accounts.add(toUsageQueryKey(query));
      return ticks.answered(tick, 'accounts');
    },
    total() {
      let calls = others + accounts.size;
      for (const asked of sessions.values()) calls += count(asked);
      for (const byTick of usage.values()) calls += countUsage(byTick);
      return calls;
    },
  };
}

/** The maximum number of calls for this many devices that arrive in at most this many parts, with ten devices per call. */
function toMaxCalls(devices: number, parts: number): number {
  if (devices <= parts || devices === Infinity) return devices;
  return parts + Math.floor((devices - parts) / MAX_DEVICES_PER_CALL);
}

function createAsked(): Asked {
  return { imeis: new Set(), unnamed: new Map() };
}

function addTo(asked: Asked, imeis: Iterable<string>, unnamed: ReadonlyMap<string, number>): void {
  for (const imei of imeis) asked.imeis.add(imei);
  for (const [name, max] of unnamed) asked.unnamed.set(name, Math.max(max, asked.unnamed.get(name) ?? 0));
}

function without({ imeis, unnamed }: Asked, first: Asked): Asked {
  return { imeis: new Set([...imeis].filter((imei) => !first.imeis.has(imei))), unnamed };
}

function count({ imeis, unnamed }: Asked): number {
  let devices = imeis.size;
  for (const max of unnamed.values()) devices += max;
  return devices;
}

function toMap(unnamed: ExpectedDevices['unnamed']): ReadonlyMap<string, number> {
  return new Map(unnamed === null ? [] : [[unnamed.name, unnamed.count]]);
}

/** One tick: what the resolvers of an operation load in the same tick shares upstream calls. */
export interface Tick {
  readonly after: Tick | null;
  /** The loader whose responses begin it; null if none does. */
  readonly loader: LoaderName | null;
  /** If no loader begins it: the maximum number of such ticks, one after the other. */
  readonly times: number;
}

/** The loaders that make calls. */
export type LoaderName = 'sessions' | 'usage' | 'accounts';

/** The ticks of one operation. */
export interface Ticks {
  /** The tick in which a query begins. */
  readonly start: Tick;
  later(after: Tick, times: number): Tick;
  /** The tick in which a loader has returned everything that was requested in the tick `asked`. */
  answered(asked: Tick, loader: LoaderName): Tick;
  /** How many ticks the work of this one can be spread over; Infinity if each of its devices can have a tick of its own. */
  countTimes(tick: Tick): number;
}

/**
 * A loader returns everything that was requested in one tick together, except what was requested earlier and is still in flight:
 * that arrives in another tick. If this can happen, nothing is certain about the ticks that follow.
 */
export function createTicks(): Ticks {
  const start: Tick = { after: null, loader: null, times: 1 };
  const answers: Readonly<Record<LoaderName, Map<Tick, Tick>>> = {
    sessions: new Map(),
    usage: new Map(),
    accounts: new Map(),
  };
  const countTimes = ({ after, loader, times }: Tick): number => {
    if (after === null) return times;
    const before = countTimes(after);
    if (loader === null) return before * times;
    const mayWaitForOthers = Array.from(answers[loader]).some(
      ([asked, answer]) => asked !== after && !isAfter(asked, after) && answer !== after && !isAfter(after, answer),
    );
    return before === 1 && !mayWaitForOthers ? 1 : Infinity;
  };
  return {
    start,
    later: (after, times) => ({ after, loader: null, times }),
    answered(asked, loader) {
      const answer = answers[loader].get(asked) ?? { after: asked, loader, times: 1 };
      answers[loader].set(asked, answer);
      return answer;
    },
    countTimes,
  };
}

function isAfter({ after }: Tick, before: Tick): boolean {
  return after !== null && (after === before || isAfter(after, before));
}
