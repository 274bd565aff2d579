import type { Clock } from '../../domain/clock.ts';

/** How old is what other processes noted, however the time of day is set meanwhile. */
export interface Ages {
  /** Milliseconds: by the time of day when it is first asked for, by the monotonic clock from then on. */
  of(notedAtMs: number): number;
}

const MOST_REMEMBERED = 100;

export function createAges({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>): Ages {
  const bornAt = new Map<number, number>();
  return {
    of(notedAtMs) {
      const born = bornAt.get(notedAtMs) ?? monotonic() - Math.max(0, now() - notedAtMs);
      bornAt.delete(notedAtMs);
      bornAt.set(notedAtMs, born);
      const [oldest] = bornAt.keys();
      if (bornAt.size > MOST_REMEMBERED && oldest !== undefined) bornAt.delete(oldest);
      return monotonic() - born;
    },
  };
}
