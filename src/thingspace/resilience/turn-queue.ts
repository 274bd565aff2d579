import type { Turn, TurnTaker } from '../turn.ts';

/** A call that waits for its turn. */
export interface Waiter {
  readonly turn: Turn;
  readonly enter: () => void;
}

/**
 * Calls that wait. Principals take turns, then the accounts of each, then the keys of each account. A call waits once for each principal
 * that shares it, and takes the turn that comes first. Every step takes constant time for each of them.
 */
export interface TurnQueue {
  add(waiter: Waiter): void;
  /** Does nothing if it is not there. */
  remove(waiter: Waiter): void;
  /** Removes and returns the call whose turn it is, of an account that may run one; null if none waits. */
  next(mayRun: (accountNumber: string) => boolean): Waiter | null;
  /**
   * Lets a call that waits take a turn of another taker if that comes sooner. Returns true if it takes that one instead of another of the
   * same principal.
   */
  join(waiter: Waiter, taker: TurnTaker): boolean;
  /** The number of calls that wait. */
  size(): number;
}

/** The calls of a principal, an account or a key. Those that have waited longest for their turn are first. */
interface Group {
  size: number;
  readonly groups: Map<unknown, Group>;
  /** Empty unless it is the group of a key. */
  readonly waiters: Set<Waiter>;
}

/** From the group of the principal to that of the key. */
type Path = readonly [principal: string, accountNumber: string, key: object];

/** Creates an empty queue. Only who waits takes memory. */
export function createTurnQueue(): TurnQueue {
  const root = createGroup();
  const pathsOf = new Map<Waiter, readonly Path[]>();

  const addAt = (path: Path, waiter: Waiter): void => {
    let group = root;
    for (const step of path) {
      const below = group.groups.get(step) ?? createGroup();
      group.groups.set(step, below);
      below.size += 1;
      group = below;
    }
    group.waiters.add(waiter);
  };
  const removeAt = (path: Path, waiter: Waiter): void => {
    findKeyGroup(root, path)?.waiters.delete(waiter);
    let group = root;
    for (const step of path) {
      const below = group.groups.get(step);
      if (below === undefined) return;
      below.size -= 1;
      if (below.size === 0) group.groups.delete(step);
      group = below;
    }
  };
  const remove = (waiter: Waiter): void => {
    for (const path of pathsOf.get(waiter) ?? []) removeAt(path, waiter);
    pathsOf.delete(waiter);
  };

  return {
    add(waiter) {
      const path = toPath(waiter.turn.taker, waiter.turn);
      pathsOf.set(waiter, [path]);
      addAt(path, waiter);
    },
    remove,
    next(mayRun) {
      for (const [principal, accounts] of root.groups) {
        const accountNumber = findAccount(accounts, mayRun);
        if (accountNumber === null) continue;
        let group = root;
        for (const step of [principal, accountNumber, firstOf(accounts.groups.get(accountNumber)?.groups)]) {
          const below = group.groups.get(step);
          if (below === undefined) break;
          // This group has its turn now. If more of it wait, they wait for all others first.
          group.groups.delete(step);
          group.groups.set(step, below);
          group = below;
        }
        const [waiter = null] = group.waiters;
        if (waiter !== null) remove(waiter);
        return waiter;
      }
      return null;
    },
    join(waiter, taker) {
      const paths = pathsOf.get(waiter);
      if (paths === undefined) return false;
      const path = toPath(taker, waiter.turn);
      const same = paths.find(([principal]) => principal === path[0]);
      if (same !== undefined && !isSooner(root, path, same, waiter)) return false;
      if (same !== undefined) removeAt(same, waiter);
      addAt(path, waiter);
      pathsOf.set(waiter, [...paths.filter((each) => each !== same), path]);
      return same !== undefined;
    },
    size: () => pathsOf.size,
  };
}

/** The account of a principal whose turn it is, of those that may run a call; null if there is none. */
function findAccount(principal: Group, mayRun: (accountNumber: string) => boolean): string | null {
  for (const accountNumber of principal.groups.keys()) {
    if (typeof accountNumber === 'string' && mayRun(accountNumber)) return accountNumber;
  }
  return null;
}

function firstOf(groups: ReadonlyMap<unknown, Group> | undefined): unknown {
  return groups?.keys().next().value;
}

function createGroup(): Group {
  return { size: 0, groups: new Map(), waiters: new Set() };
}

function toPath({ key, principal }: TurnTaker, { accountNumber }: Turn): Path {
  return [principal(), accountNumber, key];
}

function findKeyGroup(root: Group, [principal, accountNumber, key]: Path): Group | undefined {
  return root.groups.get(principal)?.groups.get(accountNumber)?.groups.get(key);
}

/**
 * Whether a call comes sooner with another key of its principal. Never if it is the first of its key: that key already has the earliest
 * turn. A later one waits one turn of its key for each call before it.
 */
function isSooner(root: Group, path: Path, before: Path, waiter: Waiter): boolean {
  const group = findKeyGroup(root, before);
  const [first] = group?.waiters ?? [];
  if (group === undefined || first === waiter) return false;
  return (findKeyGroup(root, path)?.size ?? 0) + 1 < group.size;
}
