import type { Clock } from '../domain/clock.ts';
import type { DayCounts, DaySoFar } from '../domain/day-counts.ts';
import { DAY_MS } from '../domain/durations.ts';
import {
  NO_CALLBACKS,
  NO_CALLS,
  type CallbackCount,
  type CallCount,
  type AllServersDay,
} from '../domain/server-status.ts';
import type { CountsOfOthers, SharedCounts } from '../domain/shared-counts.ts';
import { createHeldRead } from './held-read.ts';

/** How often a server shares what it has counted. */
const SHARE_EVERY_MS = 10_000;

export interface AllServersCountsOptions {
  /** Null if the database belongs to this server. */
  readonly shared: SharedCounts | null;
  /** A name that no other server has or had. */
  readonly server: string;
  readonly calls: Pick<DayCounts<CallCount>, 'read'>;
  readonly callbacks: Pick<DayCounts<CallbackCount>, 'read'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
}

export interface AllServersCounts {
  /** What all servers on the database have counted today; null if it does not answer within a second. */
  read(): Promise<AllServersDay | null>;
  /** Shares the counts once more, and takes at most a second. */
  close(): Promise<void>;
}

/** Starts to share the counts of the current day. */
export function startAllServersCounts({
  shared,
  server,
  calls,
  callbacks,
  clock,
}: AllServersCountsOptions): AllServersCounts {
  const toOwn = () => ({ calls: calls.read(), callbacks: callbacks.read() });
  if (shared === null)
    return { read: () => Promise.resolve({ servers: 1, ...toOwn() }), close: () => Promise.resolve() };

  const share = createHeldRead(() => {
    const own = toOwn();
    return shared.shareCounts({
      server,
      day: Math.floor(clock.now() / DAY_MS),
      sinceMs: own.calls.sinceMs,
      counts: { ...toNamed('calls', own.calls.counts), ...toNamed('callbacks', own.callbacks.counts) },
    });
  }, clock);

  const plan = (): (() => void) =>
    clock.after(SHARE_EVERY_MS, () => {
      void share();
      cancel = plan();
    });
  let cancel = plan();
  return {
    async read() {
      const others = await share();
      if (others === null) return null;
      const own = toOwn();
      return {
        servers: others.servers + 1,
        calls: addUp('calls', NO_CALLS, own.calls, others),
        callbacks: addUp('callbacks', NO_CALLBACKS, own.callbacks, others),
      };
    },
    async close() {
      cancel();
      await share();
    },
  };
}

function toNamed(kind: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${kind} ${name}`, count]));
}

/** Names that this version does not know are left out, and those that another does not know count as zero. */
function addUp<Name extends string>(
  kind: string,
  zero: Readonly<Record<Name, number>>,
  own: DaySoFar<Name>,
  { sinceMs, counts }: CountsOfOthers,
): DaySoFar<Name> {
  const sums: Record<Name, number> = { ...own.counts };
  for (const name in zero) sums[name] += counts.get(`${kind} ${name}`) ?? 0;
  return { sinceMs: Math.min(own.sinceMs, sinceMs ?? Infinity), counts: sums };
}
