import type { Imei } from '../../../src/domain/imei.ts';
import { NO_FILTERS } from '../../../src/domain/report-filters.ts';
import { toReportDate } from '../../../src/domain/report-date.ts';
import type { UsageQuery } from '../../../src/reports/aggregate-request.ts';
import type { DeviceOutcome } from '../../../src/reports/aggregated-report.ts';
import { toAborts } from '../../../src/domain/wait-for.ts';
import { createOperation, NO_LIMITS, type Cost } from '../../../src/reports/operation.ts';
import { createLoadersOf } from '../../../src/reports/batching/report-loaders.ts';
import { createFairSemaphore } from '../../../src/thingspace/resilience/fair-semaphore.ts';
import { createFakeUsage, type Disposition, type FakeCall, type FakeUsage } from '../fakes/fake-usage.ts';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.ts';
import { createManualSignal } from '../fakes/manual-signal.ts';
import { toAccount } from '../store/messages.ts';

/** One operation that requests devices with one query. */
export interface Asking {
  readonly query: UsageQuery;
  readonly imeis: readonly Imei[];
  readonly isFresh: boolean;
  readonly askedAt: number;
  readonly cost: Cost;
  leftAt: number | null;
  /** Null while it waits. */
  end: { readonly outcomes: readonly DeviceOutcome[] } | { readonly error: unknown } | null;
  abort(): void;
  /** The number of listeners on its signal. */
  listeners(): number;
}

export interface BatchingRig {
  readonly clock: ManualClock;
  readonly usage: FakeUsage;
  readonly askings: readonly Asking[];
  ask(query: UsageQuery, imeis: readonly Imei[], isFresh?: boolean, principal?: string): Asking;
  /** Waits until everything has run that can run without the test. */
  flush(): Promise<void>;
  /** Closes batch windows and lets the platform respond until no operation waits. */
  drain(): Promise<void>;
}

export interface BatchingRigOptions {
  readonly dispositionOf?: (imei: Imei) => Disposition;
  readonly cacheMaxBytes?: number;
  /** Maximum number of calls at once; unlimited by default. */
  readonly places?: number;
  readonly onCall?: (call: FakeCall, rig: BatchingRig) => void;
}

/** The usage loaders of a process, with a platform and a clock that the test controls. */
export function createBatchingRig(options: BatchingRigOptions = {}): BatchingRig {
  const clock = createManualClock();
  const { dispositionOf = () => 'plain', cacheMaxBytes = 0, places = Infinity, onCall } = options;
  const semaphore = createFairSemaphore(places);
  const usage = createFakeUsage(dispositionOf, clock.now, (call) => onCall?.(call, rig));
  const loadersOf = createLoadersOf({
    async fetchUsage(query, toImeis, call) {
      await semaphore.acquire(call.turn, call.signal ?? new AbortController().signal);
      try {
        // As the HTTP client does.
        call.signal?.throwIfAborted();
        return await usage.fetchUsage(query, toImeis, call);
      } finally {
        semaphore.release(call.turn);
      }
    },
    fetchSessionsReport: () => Promise.reject(new Error('nobody asks for sessions')),
    clock,
    batchWindowMs: 5,
    cache: { maxBytes: cacheMaxBytes, unsettledMs: 10_000 },
  });
  const askings: Asking[] = [];
  const rig: BatchingRig = {
    clock,
    usage,
    askings,
    ask(query, imeis, isFresh = false, principal = '') {
      const signal = createManualSignal();
      const operation = createOperation(toAborts(signal.signal), !isFresh, NO_LIMITS, {
        principal: () => principal,
        requestId: null,
        trace: null,
      });
      const asking: Asking = {
        query,
        imeis,
        isFresh,
        askedAt: usage.moment(),
        cost: operation.cost,
        leftAt: null,
        end: null,
        abort() {
          asking.leftAt = usage.moment();
          signal.abort();
        },
        listeners: signal.listeners,
      };
      askings.push(asking);
      loadersOf(operation)
        .usage()
        .loadDevices(query, imeis)
        .then(
          (outcomes) => (asking.end = { outcomes }),
          (error: unknown) => (asking.end = { error }),
        );
      return asking;
    },
    flush: () => new Promise((resolve) => setImmediate(resolve)),
    async drain() {
      while (askings.some(({ end }) => end === null)) {
        clock.letGo();
        for (const call of usage.open()) call.finish('as it is');
        await rig.flush();
      }
      clock.letGo();
      await rig.flush();
    },
  };
  return rig;
}

/** A query for a window that ended long ago. Queries with different numbers differ only in their account. */
export function toQuery(number: number): UsageQuery {
  const accountNumber = toAccount(`0844021539-0000${number}`);
  return {
    ...NO_FILTERS,
    accountNumber,
    window: { start: toReportDate('2026-11-01'), end: toReportDate('2026-11-10') },
  };
}
