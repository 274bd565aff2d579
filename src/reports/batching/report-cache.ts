import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/clock.ts';

/** Figures that were fetched before, of one kind of report and one set of credentials. */
export interface FiguresCache<T> {
  get(key: string): T | undefined;
  /** The same also past their time, as long as there was room: for when newer ones cannot be had. */
  getStale(key: string): T | undefined;
  /** Keeps figures for as long as they hold: for good where they do not change any more, else for seconds. */
  keep(key: string, figures: T, details: KeepDetails): void;
}

export interface KeepDetails {
  /** Whether the figures do not change any more. */
  readonly isFinal: boolean;
  readonly fetchedAtMs: number;
  readonly approximateBytes: number;
}

export interface CacheBounds {
  readonly maxBytes: number;
  /** How long figures that still move are kept; 0 keeps none of them. */
  readonly unsettledMs: number;
}

export interface FiguresCacheOptions extends CacheBounds {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

interface Kept<T> {
  readonly figures: T;
  /** By the monotonic clock. */
  readonly untilMs: number;
}

const LONGEST_STALE_MS = 86_400_000;

/** The newest figures within a bound of bytes; the ones used longest ago go first. */
export function createFiguresCache<T>({ maxBytes, unsettledMs, clock }: FiguresCacheOptions): FiguresCache<T> {
  if (maxBytes === 0) return { get: () => undefined, getStale: () => undefined, keep: () => undefined };
  const kept = new LRUCache<string, Kept<T>>({ maxSize: maxBytes });
  const find = (key: string, pastMs: number): T | undefined => {
    const found = kept.get(key);
    return found !== undefined && clock.monotonic() < found.untilMs + pastMs ? found.figures : undefined;
  };
  return {
    get: (key) => find(key, 0),
    getStale: (key) => find(key, LONGEST_STALE_MS),
    keep(key, figures, { isFinal, fetchedAtMs, approximateBytes }) {
      const leftMs = isFinal ? Infinity : unsettledMs - Math.max(0, clock.now() - fetchedAtMs);
      if (leftMs <= 0) return;
      kept.set(key, { figures, untilMs: clock.monotonic() + leftMs }, { size: key.length + approximateBytes });
    },
  };
}
