import type { Clock } from '../domain/clock.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import type { SharedCallers } from '../domain/shared-limits.ts';
import type { RateLimit } from './rate-limit.ts';

/** Lets callers know of a limit what they have used of it at other servers. */
export interface SharedRate {
  /** As `take` of the limit. It does not wait for the database. */
  take(key: string): number;
  close(): void;
}

export interface SharedRateOptions {
  readonly limit: RateLimit;
  readonly perMinute: number;
  /** Null while there is no database that servers share: then this server alone counts. */
  readonly shared: () => SharedCallers | null;
  readonly after: Clock['after'];
}

/** How often what was counted is exchanged. A caller can send at each server as many more as it sends within this time. */
const EXCHANGE_EVERY_MS = 1_000;
const MAX_CALLERS_AT_ONCE = 1_000;
/** Beyond these, requests count only at this server. */
const MAX_CALLERS_WAITING = 20_000;

/**
 * Creates a limit that servers share by exchanging counts, because a limiter that asks the database for each request (such as those of
 * rate-limiter-flexible) would add its latency to every one of them. While the database is not available, each server counts alone.
 */
export function createSharedRate({ limit, perMinute, shared, after }: SharedRateOptions): SharedRate {
  /** Requests that the database does not know yet. */
  const added = new Map<string, number>();
  let cancel: (() => void) | null = null;
  let isClosed = false;

  const add = (key: string, requests: number): void => {
    const before = added.get(key);
    if (before === undefined && added.size >= MAX_CALLERS_WAITING) return;
    added.set(key, (before ?? 0) + requests);
    if (!isClosed) cancel ??= after(EXCHANGE_EVERY_MS, () => void exchange());
  };
  const exchange = async (): Promise<void> => {
    const batch = new Map([...added].slice(0, MAX_CALLERS_AT_ONCE));
    for (const key of batch.keys()) added.delete(key);
    // Those that are left over, or are added meanwhile, go with the next exchange.
    cancel = added.size > 0 && !isClosed ? after(EXCHANGE_EVERY_MS, () => void exchange()) : null;
    try {
      const totals = await shared()?.addRequests(batch, perMinute / MINUTE_MS);
      for (const [key, total] of totals ?? []) limit.put(key, total + (added.get(key) ?? 0));
    } catch {
      for (const [key, requests] of batch) add(key, requests);
    }
  };

  return {
    take(key) {
      const seconds = limit.take(key);
      if (seconds === 0 && shared() !== null) add(key, 1);
      return seconds;
    },
    close() {
      isClosed = true;
      cancel?.();
    },
  };
}
