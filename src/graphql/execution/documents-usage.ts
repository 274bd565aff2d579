/** What the documents of a server take. */
export interface DocumentsUsage {
  readonly cached: number;
  /** Approximate memory of the cached documents. */
  readonly cachedBytes: number;
  readonly kept: number;
  /** How often a text was parsed because it was neither cached nor kept. */
  readonly misses: number;
}

interface Cache {
  readonly size: number;
  readonly calculatedSize: number;
}

/** Adds up what several caches take. */
export function toDocumentsUsage(caches: readonly Cache[], kept: number, misses: number): DocumentsUsage {
  const sum = (of: (cache: Cache) => number): number => caches.reduce((total, cache) => total + of(cache), 0);
  return { cached: sum(({ size }) => size), cachedBytes: sum(({ calculatedSize }) => calculatedSize), kept, misses };
}
