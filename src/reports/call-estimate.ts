import type { DurationBounds } from '../domain/report-filters.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { toUsageQueryKey, type UnresolvedUsageQuery } from './aggregate-request.ts';
import { MAX_DEVICES_PER_CALL } from './aggregated-report.ts';

/** Devices that an operation will come to, as far as is known before anything is asked. */
export interface ExpectedDevices {
  /** Empty where only an answer names it. */
  readonly accountNumber: string;
  readonly imeis: readonly string[];
  /** How many there can be beside them that only an answer names, and what tells these from others; Infinity where nothing bounds them. */
  readonly unnamed: { readonly name: string; readonly count: number } | null;
}

/** The calls that an operation will make, counted as its loaders make them: what is asked for twice is one. */
export interface CallEstimate {
  /** The moment at which a query begins. */
  readonly start: Tick;
  /** A moment that follows another after something that no loader gathers; at most so many, one after the other. */
  later(tick: Tick, times: number): Tick;
  /** Calls that nothing is shared with. */
  add(calls: number): void;
  /** One call a device. The moment at which the answers are there. */
  sessions(
    tick: Tick,
    devices: readonly ExpectedDevices[],
    query: DurationBounds & { readonly window: ReportWindow },
  ): Tick;
  /** Ten devices of an account to a call. The moment at which the answers are there. */
  usage(tick: Tick, devices: readonly ExpectedDevices[], query: Omit<UnresolvedUsageQuery, 'accountNumber'>): Tick;
  /** One call for a whole account. The moment at which the answer is there. */
  account(tick: Tick, query: UnresolvedUsageQuery): Tick;
  /** The most calls that all of this takes where none has to be repeated; Infinity where nothing bounds them. */
  total(): number;
}

/** Devices of one scope, each once. */
interface Asked {
  readonly imeis: Set<string>;
  readonly unnamed: Map<string, number>;
}

export function createCallEstimate(): CallEstimate {
  const ticks = createTicks();
  const sessions = new Map<string, Asked>();
  const accounts = new Set<string>();
  const usage = new Map<string, Map<Tick, Asked>>();
  let others = 0;

  /** What the operation asks for at its start, it does not ask for again; what is asked for at no certain moment can come one by one. */
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

/** The most calls that so many devices take where they come in at most so many parts, ten to a call. */
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

/** One tick in which the resolvers of an operation load together: what they load in one tick shares upstream calls. */
export interface Tick {
  readonly after: Tick | null;
  /** Whose answers make it; null where no loader does. */
  readonly loader: LoaderName | null;
  /** At how many moments at most, one after the other, where no loader makes it. */
  readonly times: number;
}

export type LoaderName = 'sessions' | 'usage' | 'accounts';

/** The moments of one operation. */
export interface Ticks {
  /** At which a query begins. */
  readonly start: Tick;
  later(after: Tick, times: number): Tick;
  /** The moment at which a loader has answered all that it was asked at another. */
  answered(asked: Tick, loader: LoaderName): Tick;
  /** At how many moments what belongs to one may happen; Infinity where each device of it may come at its own. */
  countTimes(tick: Tick): number;
}

/**
 * A loader answers all that it was asked at a moment at once, except what it was asked before and has not answered yet: that comes
 * at another moment than the rest. Where that may be, nothing is certain of what follows.
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
