import { LRUCache } from 'lru-cache';

export interface BudgetOptions {
  /** What each key may spend per second. */
  readonly perSecond: number;
  /** How many seconds' worth a key may spend at once after it has spent nothing for that long. */
  readonly burstSeconds: number;
  /** Monotonic time in milliseconds. */
  readonly now: () => number;
}

/** A budget for each of any number of keys. What is spent is known only afterwards, so a key can overspend once, and then waits longer. */
export interface Budget {
  /** In how many milliseconds the key may spend again; 0 if it may now. */
  waitMs(key: string): number;
  spend(key: string, amount: number): void;
}

/** What was spent and not earned again at a moment. */
interface Spent {
  atMs: number;
  amount: number;
}

/** The least recently seen keys are dropped first, and start anew. */
const MAX_BYTES = 8 * 2 ** 20;
const BYTES_PER_KEY = 200;

/** Creates a leaky bucket for each key: it holds `burstSeconds` of the budget, and empties evenly. The memory of all is bounded. */
export function createBudget({ perSecond, burstSeconds, now }: BudgetOptions): Budget {
  const perMs = perSecond / 1_000;
  const capacity = perSecond * burstSeconds;
  const spent = new LRUCache<string, Spent>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_, key) => BYTES_PER_KEY + 2 * key.length,
  });

  const drain = (key: string): Spent | null => {
    const known = spent.get(key);
    if (known === undefined) return null;
    const atMs = now();
    known.amount = Math.max(0, known.amount - Math.max(0, atMs - known.atMs) * perMs);
    known.atMs = atMs;
    return known;
  };
  return {
    waitMs(key) {
      const over = (drain(key)?.amount ?? 0) - capacity;
      return over > 0 ? Math.ceil(over / perMs) : 0;
    },
    spend(key, amount) {
      const known = drain(key);
      if (known === null) spent.set(key, { atMs: now(), amount });
      else known.amount += amount;
    },
  };
}

/** A budget without a limit. */
export const NO_BUDGET: Budget = { waitMs: () => 0, spend: () => undefined };
