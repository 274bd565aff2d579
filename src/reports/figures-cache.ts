import { LRUCache } from 'lru-cache';

/** Figures that were fetched before, of one kind of report and one set of credentials. */
export interface FiguresCache<T> {
  get(key: string): T | undefined;
  /** Keeps figures for as long as they hold: for good where they do not change any more, else for seconds. */
  keep(key: string, figures: T, details: KeepDetails): void;
}

export interface KeepDetails {
  /** Whether the figures do not change any more. */
  readonly isFinal: boolean;
  readonly fetchedAtMs: number;
  readonly approximateBytes: number;
}

export interface FiguresCacheOptions {
  readonly maxBytes: number;
  /** How long figures that still move are kept; 0 keeps none of them. */
  readonly unsettledMs: number;
  readonly now: () => number;
}

interface Kept<T> {
  readonly figures: T;
  readonly untilMs: number;
}

/** The newest figures within a bound of bytes; the ones used longest ago go first. */
export function createFiguresCache<T>({ maxBytes, unsettledMs, now }: FiguresCacheOptions): FiguresCache<T> {
  if (maxBytes === 0) return { get: () => undefined, keep: () => undefined };
  const kept = new LRUCache<string, Kept<T>>({ maxSize: maxBytes });
  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      if (now() < found.untilMs) return found.figures;
      kept.delete(key);
      return undefined;
    },
    keep(key, figures, { isFinal, fetchedAtMs, approximateBytes }) {
      const untilMs = isFinal ? Infinity : fetchedAtMs + unsettledMs;
      if (untilMs > now()) kept.set(key, { figures, untilMs }, { size: key.length + approximateBytes });
    },
  };
}
