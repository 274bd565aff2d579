import { MIN_ROWS_PER_COMPUTATION, ROWS_PER_TIME_ZONE } from '../domain/computation-budget.ts';
import type { DurationBounds } from '../domain/report-filters.ts';
import type { ReportWindow } from '../domain/report-window.ts';
import { toUsageQueryKey, type UnresolvedUsageQuery } from './aggregate-request.ts';
import { MAX_DEVICES_PER_CALL } from './aggregated-report.ts';

/** Devices that an operation will request, as far as this is known before any call. */
export interface ExpectedDevices {
  /** Empty if only a response names it. */
  readonly accountNumber: string;
  /** Each once. */
  readonly imeis: readonly string[];
  /** Further devices, which only a response names: at most `count` (Infinity if there is no bound). `name` identifies the group. */
  readonly unnamed: { readonly name: string; readonly count: number } | null;
}

/**
 * The upstream calls that an operation will make if each is answered at the first attempt and all devices of a query are requested
 * together, and the least that it will compute: what is requested twice counts once.
 */
export interface CallEstimate {
  /** Adds calls that share nothing with others. */
  add(calls: number): void;
  /** Adds one call per device. */
  sessions(devices: readonly ExpectedDevices[], query: DurationBounds & { readonly window: ReportWindow }): void;
  /** Adds one call per ten devices of an account. */
  usage(devices: readonly ExpectedDevices[], query: Omit<UnresolvedUsageQuery, 'accountNumber'>): void;
  /** Adds one call for a whole account. */
  account(query: UnresolvedUsageQuery): void;
  /** Adds the daily series of this many reports in a zone; `path` is the position of the field. */
  daily(path: string, zone: string, reports: number): void;
  /** Whether a call for a whole account was added. */
  hasAccount(): boolean;
  /** The rows that the series count as in the budget of computations, however few sessions there are. */
  computedRows(): number;
  /** The number of calls; Infinity if the number of devices has no bound. */
  total(): number;
  /** At least the total, and cheap: each device counts as often as it is named, as a call of its own. */
  upperBound(): number;
}

/** Devices that are asked for, and the key of what is asked about them. */
interface Asked {
  readonly devices: ExpectedDevices;
  readonly toKey: () => string;
}

/** Creates an empty estimate. */
export function createCallEstimate(): CallEstimate {
  const sessions: Asked[] = [];
  const usage: Asked[] = [];
  const accounts: UnresolvedUsageQuery[] = [];
  let series: Map<string, { readonly zone: string; readonly reports: number }> | null = null;
  let others = 0;
  let bound = 0;

  const add = (asked: Asked[], devices: ExpectedDevices, toKey: () => string): void => {
    bound += devices.imeis.length + (devices.unnamed?.count ?? 0);
    asked.push({ devices, toKey });
  };
  return {
    add: (calls) => void (others += calls),
    sessions(devices, { window: { start, end }, durationLow, durationHigh }) {
      for (const each of devices) {
        const { accountNumber } = each;
        add(sessions, each, () => JSON.stringify([accountNumber, start?.text, end?.text, durationLow, durationHigh]));
      }
    },
    usage(devices, query) {
      for (const each of devices) {
        add(usage, each, () => toUsageQueryKey({ ...query, accountNumber: each.accountNumber }));
      }
    },
    account: (query) => void accounts.push(query),
    daily(path, zone, reports) {
      series ??= new Map();
      // Aliases of one report have the same path up to their own names.
      series.set(`${path.slice(0, path.lastIndexOf('/'))} ${zone}`, { zone, reports });
    },
    hasAccount: () => accounts.length > 0,
    computedRows: () => (series === null ? 0 : countRows([...series.values()])),
    upperBound: () => others + accounts.length + bound,
    total() {
      let calls = others + new Set(accounts.map(toUsageQueryKey)).size;
      for (const devices of countByKey(sessions)) calls += devices;
      for (const devices of countByKey(usage)) calls += Math.ceil(devices / MAX_DEVICES_PER_CALL);
      return calls;
    },
  };
}

function countRows(series: readonly { readonly zone: string; readonly reports: number }[]): number {
  const zones = new Set(series.map(({ zone }) => zone)).size;
  const reports = series.reduce((sum, each) => sum + each.reports, 0);
  return zones * ROWS_PER_TIME_ZONE + reports * MIN_ROWS_PER_COMPUTATION;
}

/** The number of devices of each query, each counted once. */
function countByKey(asked: readonly Asked[]): number[] {
  const counts = new Map<string, DeviceCount>();
  for (const { devices, toKey } of asked) {
    const key = toKey();
    const known = counts.get(key);
    if (known === undefined) counts.set(key, createDeviceCount(devices));
    else known.add(devices);
  }
  return Array.from(counts.values(), (devices) => devices.count());
}

/** Counts the devices of one query, each once. */
interface DeviceCount {
  add(devices: ExpectedDevices): void;
  count(): number;
}

/** Most operations name the devices of a query once, so the set of distinct devices is built only when they are named again. */
function createDeviceCount(first: ExpectedDevices): DeviceCount {
  let imeis: Set<string> | null = null;
  const unnamed = new Map<string, number>();
  const addUnnamed = ({ unnamed: group }: ExpectedDevices): void => {
    if (group !== null) unnamed.set(group.name, Math.max(group.count, unnamed.get(group.name) ?? 0));
  };
  addUnnamed(first);
  return {
    add(devices) {
      addUnnamed(devices);
      if (devices.imeis === first.imeis) return;
      imeis ??= new Set(first.imeis);
      for (const imei of devices.imeis) imeis.add(imei);
    },
    count() {
      let devices = imeis?.size ?? first.imeis.length;
      for (const most of unnamed.values()) devices += most;
      return devices;
    },
  };
}
