import { LRUCache } from 'lru-cache';

export interface BudgetOptions {
  /** What each key may spend per second. */
  readonly perSecond: number;
  /** How many seconds' worth a key may spend at once after it has spent nothing for that long. */
  readonly burstSeconds: number;
  /** Monotonic time in milliseconds. */
  readonly now: () => number;
}

/** What one key may spend. What is spent is known only afterwards, so a key can overspend once, and then waits longer. */
export interface Budget {
  /** In how many milliseconds it may spend again; 0 if it may now. `expected` will still be spent by what has begun. */
  waitMs(expected?: number): number;
  spend(amount: number): void;
}

/** The budget of each of any number of keys. */
export type Budgets = (key: string) => Budget;

/** The least recently seen keys are dropped first, and start over. */
const MAX_BYTES = 8 * 2 ** 20;
const BYTES_PER_KEY = 400;

/** Creates a leaky bucket for each key: it holds `burstSeconds` of the budget, and empties evenly. The memory of all is bounded. */
export function createBudgets(options: BudgetOptions): Budgets {
  const budgets = new LRUCache<string, Budget>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_, key) => BYTES_PER_KEY + 2 * key.length,
  });
  return (key) => {
    const known = budgets.get(key);
    if (known !== undefined) return known;
    const budget = createBudget(options);
    budgets.set(key, budget);
    return budget;
  };
}

/** A budget without a limit. */
export const NO_BUDGET: Budget = { waitMs: () => 0, spend: () => undefined };

function createBudget({ perSecond, burstSeconds, now }: BudgetOptions): Budget {
  const perMs = perSecond / 1_000;
  const capacity = perSecond * burstSeconds;
  let spent = 0;
  let atMs = now();

  const drain = (): void => {
    const nowMs = now();
    spent = Math.max(0, spent - Math.max(0, nowMs - atMs) * perMs);
    atMs = nowMs;
  };
  return {
    waitMs(expected = 0) {
      drain();
      const excess = spent + expected - capacity;
      return excess > 0 ? Math.ceil(excess / perMs) : 0;
    },
    spend(amount) {
      drain();
      spent += amount;
    },
  };
}
