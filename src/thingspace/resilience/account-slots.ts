/** Knows which accounts have calls in progress, so that one whose calls hang cannot hold every permit. */
export interface AccountSlots {
  /** Whether the account may run another call while so many permits are free. */
  mayRun(accountNumber: string, free: number): boolean;
  /** Call it when a call of the account begins. */
  begin(accountNumber: string): void;
  /** Call it when the call has ended. */
  end(accountNumber: string): void;
}

/** This share of the permits is kept for accounts without a call in progress. */
const KEPT_SHARE = 0.25;
/** Nothing is kept for accounts that have made no call for this long. */
const RECENT_MS = 60_000;

/** Creates the slots of this many permits. As long as only one account makes calls, it may have all of them. */
export function createAccountSlots(permits: number, monotonic: () => number): AccountSlots {
  const kept = Math.floor(permits * KEPT_SHARE);
  const inProgress = new Map<string, number>();
  /** When each account made its latest call. The oldest comes first. */
  const latest = new Map<string, number>();

  const forgetOld = (): void => {
    const sinceMs = monotonic() - RECENT_MS;
    for (const [accountNumber, atMs] of latest) {
      if (atMs > sinceMs) return;
      latest.delete(accountNumber);
    }
  };

  return {
    mayRun(accountNumber, free) {
      if (free > kept || free === 0 || !inProgress.has(accountNumber)) return free > 0;
      forgetOld();
      return latest.size < 2;
    },
    begin(accountNumber) {
      inProgress.set(accountNumber, (inProgress.get(accountNumber) ?? 0) + 1);
      latest.delete(accountNumber);
      latest.set(accountNumber, monotonic());
      if (latest.size > MAX_ACCOUNTS) forgetFirst(latest);
    },
    end(accountNumber) {
      const left = (inProgress.get(accountNumber) ?? 1) - 1;
      if (left === 0) inProgress.delete(accountNumber);
      else inProgress.set(accountNumber, left);
    },
  };
}

/** Two would be enough to know that there are several. */
const MAX_ACCOUNTS = 16;

function forgetFirst(latest: Map<string, number>): void {
  const [first] = latest.keys();
  if (first !== undefined) latest.delete(first);
}

/** Slots of a semaphore for one account. */
export const ALL_SLOTS: AccountSlots = {
  mayRun: (_, free) => free > 0,
  begin: () => undefined,
  end: () => undefined,
};
