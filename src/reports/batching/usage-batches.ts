import { DAY_MS } from '../../domain/durations.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Imei } from '../../domain/imei.ts';
import { isFixed } from '../../domain/report-window.ts';
import { waitFor } from '../../domain/wait-for.ts';
import type { UsageQuery } from '../aggregate-request.ts';
import { MAX_DEVICES_PER_CALL, toFailedDevice, type DeviceOutcome, type FetchedUsage } from '../aggregated-report.ts';
import { takeExtraCalls, type Operation } from '../operation.ts';
import { isInBatch, type DeviceBatch } from './device-batch.ts';
import { createReportCache, type CacheSettings, type ReportCache } from './report-cache.ts';
import { createUsageQueue, type QueuedDevice, type UsageQueue, type UsageQueueOptions } from './usage-queue.ts';

/** Gathers the devices requested by all operations of the process into calls of ten. */
export interface UsageBatches {
  /** The usage of a device, if it is cached and the operation may use it. */
  findCached(queryKey: string, imei: Imei, operation: Operation): DeviceOutcome | undefined;
  /** Whether `findCached` would find a device. */
  isCached(queryKey: string, imei: Imei, operation: Operation): boolean;
  /**
   * The outcome of each device, in the order requested, from calls, not from the cache. At the operation's deadline, a device without an outcome has failed. If
   * the client disconnects, throws the abort reason.
   */
  load(
    query: UsageQuery,
    queryKey: string,
    imeis: readonly Imei[],
    operation: Operation,
  ): Promise<readonly DeviceOutcome[]>;
}

export interface UsageBatchesOptions extends Omit<UsageQueueOptions, 'query' | 'onSettled'> {
  readonly cache: ReportCache<FetchedUsage>;
}

interface QueryState {
  readonly queue: UsageQueue;
  readonly inFlight: Map<Imei, QueuedDevice>;
}

/** Approximate memory of one device's usage without its key, in bytes. */
const DEVICE_BYTES = 300;

/** The usage of a window that ended long ago can still change with a session that is still open, which an aggregated answer does not show. */
export const RECHECK_AFTER_MS = 7 * DAY_MS;

/** Creates the cache for the usage of single devices. */
export function createDeviceCache(settings: CacheSettings): ReportCache<FetchedUsage> {
  return createReportCache<FetchedUsage>({
    ...settings,
    toFetchedAtMs: ({ call }) => call.fetchedAtMs,
    toSequence: ({ call }) => call.sequence,
    toBytes: () => DEVICE_BYTES,
    recheckAfterMs: RECHECK_AFTER_MS,
    staysSettled: true,
  });
}

/** Keeps one queue per usage query while an operation waits in it. A device in flight is waited for, not requested again. */
export function createUsageBatches({ cache, ...options }: UsageBatchesOptions): UsageBatches {
  const states = new Map<string, QueryState>();

  const createState = (query: UsageQuery, queryKey: string): QueryState => {
    const inFlight = new Map<Imei, QueuedDevice>();
    const queue = createUsageQueue({
      ...options,
      query,
      onSettled(device, outcome) {
        if (inFlight.get(device.imei) === device) inFlight.delete(device.imei);
        if (queue.isIdle()) states.delete(queryKey);
        if (outcome !== null) addToCache(toCacheKey(device.imei, queryKey), query, outcome);
      },
    });
    const state = { queue, inFlight };
    states.set(queryKey, state);
    return state;
  };
  const addToCache = (key: string, query: UsageQuery, outcome: DeviceOutcome): void => {
    if (isComplete(outcome)) {
      cache.set(key, toCached(outcome), isSettled(query, outcome));
    } else if (outcome.call !== null) {
      cache.outdate(key, outcome.call.sequence);
    }
  };

  const staleIfError = (outcome: DeviceOutcome, queryKey: string, operation: Operation): DeviceOutcome => {
    if (outcome.kind !== 'error' || outcome.imei === null || outcome.failure === null) return outcome;
    return cache.getStale(toCacheKey(outcome.imei, queryKey), operation, outcome.failure) ?? outcome;
  };

  return {
    findCached: (queryKey, imei, operation) => cache.get(toCacheKey(imei, queryKey), operation),
    isCached: (queryKey, imei, operation) => cache.has(toCacheKey(imei, queryKey), operation),
    load(query, queryKey, imeis, operation) {
      const waitedFor: [QueryState, QueuedDevice][] = [];
      let isCancelled = false;
      let tooMany: ReadonlySet<DeviceBatch> = NONE;
      const ask = (imei: Imei, isSecondTry: boolean): Promise<DeviceOutcome> => {
        const state = states.get(queryKey) ?? createState(query, queryKey);
        const found = state.inFlight.get(imei);
        const isNew =
          found === undefined || (found.batch.hasLeft && !operation.mayUseCache) || tooMany.has(found.batch);
        const device = isNew ? state.queue.add(imei, operation) : found;
        const isLate = isNew ? device.isLate : device.batch.call !== null;
        if (isNew) state.inFlight.set(imei, device);
        else state.queue.join(device, operation);
        waitedFor.push([state, device]);
        return device.outcome.then((outcome) => {
          const refusal = device.refused.get(operation);
          if (refusal !== undefined) return toFailedDevice(imei, refusal);
          // This operation joined a call that had begun. If the time of that call is over, ask once more so it gets its full time.
          return isLate && !isSecondTry && !isCancelled && isOutOfTime(outcome) ? ask(imei, true) : outcome;
        });
      };
      let atDeadline: readonly DeviceOutcome[] | null = null;
      const whenAborted = (reason: Error): void => {
        isCancelled = true;
        if (isDeadline(reason)) {
          const settled = new Map(waitedFor.map(([, device]) => [device.imei, device.settled]));
          atDeadline = imeis.map((imei) => settled.get(imei) ?? toFailedDevice(imei, reason));
        }
        for (const [{ queue, inFlight }, device] of waitedFor) {
          if (queue.remove(device, operation) && inFlight.get(device.imei) === device) inFlight.delete(device.imei);
        }
      };

      if (operation.expectedCalls > 0) {
        const inFlight = states.get(queryKey)?.inFlight;
        tooMany = findTooMany(
          imeis.flatMap((imei) => inFlight?.get(imei)?.batch ?? []),
          operation,
        );
      }
      const answer = Promise.all(imeis.map((imei) => ask(imei, false)));
      return waitFor(answer, operation.onAbort, whenAborted).then(
        (all) => all.map((outcome) => staleIfError(outcome, queryKey, operation)),
        (error: unknown) => {
          if (atDeadline === null) throw error;
          return atDeadline;
        },
      );
    },
  };
}

const NONE: ReadonlySet<DeviceBatch> = new Set();

/**
 * The calls of others, given one by one for each device, that an operation cannot take part in without needing more calls than it may
 * make. One that is for ten of its devices takes the place of one of its own.
 */
function findTooMany(batches: readonly DeviceBatch[], operation: Operation): ReadonlySet<DeviceBatch> {
  const counts = new Map<DeviceBatch, number>();
  for (const batch of batches) counts.set(batch, (counts.get(batch) ?? 0) + 1);
  const tooMany = new Set<DeviceBatch>();
  for (const [batch, count] of [...counts].sort(([, one], [, other]) => other - one)) {
    const extra = 1 - count / MAX_DEVICES_PER_CALL;
    if (!isInBatch(operation, batch) && !takeExtraCalls(operation, extra)) tooMany.add(batch);
  }
  return tooMany;
}

function isDeadline(reason: Error): reason is ReportError {
  return reason instanceof ReportError && reason.code === 'OPERATION_TIMEOUT';
}

function toCacheKey(imei: Imei, queryKey: string): string {
  return `${imei} ${queryKey}`;
}

/** Without the errors of its response that name no device: they are reported once. */
function toCached(usage: FetchedUsage): FetchedUsage {
  const { unexpected, ...call } = usage.call;
  if (unexpected === undefined && call.nameless.length === 0) return usage;
  return { ...usage, call: { ...call, nameless: [] } };
}

function isComplete(outcome: DeviceOutcome): outcome is FetchedUsage & { readonly kind: 'usage' } {
  return outcome.kind === 'usage' && outcome.numberOfSessions !== null && outcome.bytesTransferred !== null;
}

function isSettled(query: UsageQuery, { call }: FetchedUsage): boolean {
  return call.settled && isFixed(query.window) && !dependsOnMembership(query);
}

/** Whether a device's outcome would be the same if it were asked for again. Errors that name no device are reported once. */
export function isFinalOutcome(query: UsageQuery, outcome: DeviceOutcome): boolean {
  if (!isComplete(outcome) || !isSettled(query, outcome)) return false;
  return outcome.call.nameless.length === 0 && outcome.call.unexpected === undefined;
}

/** Whether the filters depend on what a device belongs to now, which can change even after the window has ended. */
export function dependsOnMembership({ deviceGroup, deviceLabel, dataPlan }: UsageQuery): boolean {
  return deviceGroup !== null || deviceLabel !== null || dataPlan !== null;
}

function isOutOfTime(outcome: DeviceOutcome): boolean {
  if (outcome.kind !== 'error' || outcome.failure === null) return false;
  const { code } = outcome.failure;
  return code === 'UPSTREAM_TIMEOUT' || code === 'UPSTREAM_RATE_LIMITED';
}
