import { NOTHING_ELSEWHERE, type OpenElsewhere } from './open-elsewhere.ts';

/** Counts what each key has open, up to a limit. */
export interface OpenCounts {
  /** Counts one more for this key. Returns the function that stops counting it, or null if the key has the maximum open. */
  take(key: string): (() => void) | null;
}

const nothing = (): void => undefined;

/** Creates counts that start at zero, and also heed what is open elsewhere. With a maximum of 0 there is no limit. */
export function createOpenCounts(maxPerKey: number, elsewhere: OpenElsewhere = NOTHING_ELSEWHERE): OpenCounts {
  if (maxPerKey === 0) return { take: () => nothing };
  const openByKey = new Map<string, number>();
  const free = (key: string): void => {
    const left = (openByKey.get(key) ?? 0) - 1;
    if (left <= 0) openByKey.delete(key);
    else openByKey.set(key, left);
    elsewhere.changed(key, Math.max(0, left));
  };
  return {
    take(key) {
      const open = openByKey.get(key) ?? 0;
      if (open + elsewhere.count(key) >= maxPerKey) return null;
      openByKey.set(key, open + 1);
      elsewhere.changed(key, open + 1);
      let isFree = false;
      return () => {
        if (!isFree) free(key);
        isFree = true;
      };
    },
  };
}
