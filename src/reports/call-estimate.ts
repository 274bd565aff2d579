import type { DurationBounds } from '../domain/report-filters.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { toUsageQueryKey, type UnresolvedUsageQuery } from './aggregate-request.ts';
import { MOST_DEVICES_A_CALL } from './aggregated-report.ts';

/** Devices that an operation will come to, as far as is known before anything is asked. */
export interface ExpectedDevices {
  /** Empty where only an answer names it. */
  readonly accountNumber: string;
  readonly imeis: readonly string[];
  /** How many there can be beside them that only an answer names, and what tells these from others; Infinity where nothing bounds them. */
  readonly unnamed: { readonly name: string; readonly count: number } | null;
}

/** The calls that an operation will make, counted as its loaders make them: what is asked for twice is one. */
export interface CallTally {
  /** The moment at which a query begins. */
  readonly start: Moment;
  /** A moment that follows another after something that no loader gathers; at most so many, one after the other. */
  later(moment: Moment, times: number): Moment;
  /** Calls that nothing is shared with. */
  add(calls: number): void;
  /** One call a device. The moment at which the answers are there. */
  sessions(
    moment: Moment,
    devices: readonly ExpectedDevices[],
    query: DurationBounds & { readonly window: ReportWindow },
  ): Moment;
  /** Ten devices of an account to a call. The moment at which the answers are there. */
  usage(
    moment: Moment,
    devices: readonly ExpectedDevices[],
    query: Omit<UnresolvedUsageQuery, 'accountNumber'>,
  ): Moment;
  /** One call for a whole account. The moment at which the answer is there. */
  account(moment: Moment, query: UnresolvedUsageQuery): Moment;
  /** The most calls that all of this takes where none has to be repeated; Infinity where nothing bounds them. */
  total(): number;
}

/** Devices of one scope, each once. */
interface Asked {
  readonly imeis: Set<string>;
  readonly unnamed: Map<string, number>;
}

export function createCallTally(): CallTally {
  const moments = createMoments();
  const sessions = new Map<string, Asked>();
  const accounts = new Set<string>();
  const usage = new Map<string, Map<Moment, Asked>>();
  let others = 0;

  /** What the operation asks for at its start, it does not ask for again; what is asked for at no certain moment can come one by one. */
  const countUsage = (byMoment: ReadonlyMap<Moment, Asked>): number => {
    const first = byMoment.get(moments.start);
    const oneByOne = createAsked();
    let calls = 0;
    for (const [moment, asked] of byMoment) {
      const ticks = moments.countTicks(moment);
      const fresh = first === undefined || asked === first ? asked : without(asked, first);
      if (ticks === Infinity) addTo(oneByOne, fresh.imeis, fresh.unnamed);
      else calls += toMostCalls(count(fresh), ticks);
    }
    return calls + count(oneByOne);
  };

  return {
    start: moments.start,
    later: moments.later,
    add: (calls) => void (others += calls),
    sessions(moment, devices, { window, durationLow, durationHigh }) {
      for (const { accountNumber, imeis, unnamed } of devices) {
        const key = JSON.stringify([accountNumber, window.start?.text, window.end?.text, durationLow, durationHigh]);
        const asked = sessions.get(key) ?? createAsked();
        sessions.set(key, asked);
        addTo(asked, imeis, toMap(unnamed));
      }
      return moments.answered(moment, 'sessions');
    },
    usage(moment, devices, query) {
      for (const { accountNumber, imeis, unnamed } of devices) {
        const key = toUsageQueryKey({ ...query, accountNumber });
        const byMoment = usage.get(key) ?? new Map<Moment, Asked>();
        usage.set(key, byMoment);
        const asked = byMoment.get(moment) ?? createAsked();
        byMoment.set(moment, asked);
        addTo(asked, imeis, toMap(unnamed));
      }
      return moments.answered(moment, 'usage');
    },
    account(moment, query) {
      accounts.add(toUsageQueryKey(query));
      return moments.answered(moment, 'accounts');
    },
    total() {
      let calls = others + accounts.size;
      for (const asked of sessions.values()) calls += count(asked);
      for (const byMoment of usage.values()) calls += countUsage(byMoment);
      return calls;
    },
  };
}

/** The most calls that so many devices take where they come in at most so many parts, ten to a call. */
function toMostCalls(devices: number, parts: number): number {
  if (devices <= parts || devices === Infinity) return devices;
  return parts + Math.floor((devices - parts) / MOST_DEVICES_A_CALL);
}

function createAsked(): Asked {
  return { imeis: new Set(), unnamed: new Map() };
}

function addTo(asked: Asked, imeis: Iterable<string>, unnamed: ReadonlyMap<string, number>): void {
  for (const imei of imeis) asked.imeis.add(imei);
  for (const [name, most] of unnamed) asked.unnamed.set(name, Math.max(most, asked.unnamed.get(name) ?? 0));
}

function without({ imeis, unnamed }: Asked, first: Asked): Asked {
  return { imeis: new Set([...imeis].filter((imei) => !first.imeis.has(imei))), unnamed };
}

function count({ imeis, unnamed }: Asked): number {
  let devices = imeis.size;
  for (const most of unnamed.values()) devices += most;
  return devices;
}

function toMap(unnamed: ExpectedDevices['unnamed']): ReadonlyMap<string, number> {
  return new Map(unnamed === null ? [] : [[unnamed.name, unnamed.count]]);
}

/** A moment of an operation at which its resolvers ask together: what they ask of a loader then goes into the same calls. */
export interface Moment {
  readonly after: Moment | null;
  /** Whose answers make it; null where no loader does. */
  readonly loader: LoaderName | null;
  /** At how many moments at most, one after the other, where no loader makes it. */
  readonly times: number;
}

export type LoaderName = 'sessions' | 'usage' | 'accounts';

/** The moments of one operation. */
export interface Moments {
  /** At which a query begins. */
  readonly start: Moment;
  later(after: Moment, times: number): Moment;
  /** The moment at which a loader has answered all that it was asked at another. */
  answered(asked: Moment, loader: LoaderName): Moment;
  /** At how many moments what belongs to one may happen; Infinity where each device of it may come at its own. */
  countTicks(moment: Moment): number;
}

/**
 * A loader answers all that it was asked at a moment at once, except what it was asked before and has not answered yet: that comes
 * at another moment than the rest. Where that may be, nothing is certain of what follows.
 */
export function createMoments(): Moments {
  const start: Moment = { after: null, loader: null, times: 1 };
  const answers: Readonly<Record<LoaderName, Map<Moment, Moment>>> = {
    sessions: new Map(),
    usage: new Map(),
    accounts: new Map(),
  };
  const countTicks = ({ after, loader, times }: Moment): number => {
    if (after === null) return times;
    const before = countTicks(after);
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
    countTicks,
  };
}

function isAfter({ after }: Moment, before: Moment): boolean {
  return after !== null && (after === before || isAfter(after, before));
}
