import type { ReadSize } from '../../domain/read-budget.ts';

/** Runs a read when its turn comes, or rejects. Both functions are called at that time, not before. */
export type RunRead = <T>(toSize: () => ReadSize, read: () => Promise<T>) => Promise<T>;

/** Reads of one kind. `Key` says of what, `Asked` how much of it. */
export interface JoinOptions<Key, Asked, Result> {
  readonly run: RunRead;
  /** Equal for equal keys. */
  readonly toText: (key: Key) => string;
  readonly read: (key: Key, asked: Asked) => Promise<Result>;
  readonly toSize: (key: Key, asked: Asked) => ReadSize;
  /** Whether the result of a read that asked for `before` has all of `asked`. */
  readonly covers: (before: Asked, asked: Asked) => boolean;
  /** Returns what has all of both; null if that is too much for one read. */
  readonly unite: (before: Asked, asked: Asked) => Asked | null;
}

interface JoinedRead<Asked, Result> {
  asked: Asked;
  hasLeft: boolean;
  readonly result: Promise<Result>;
}

/**
 * Returns a function that joins reads with equal keys. Until a read leaves, others can ask for more; afterwards they share its result
 * if it has what they ask for. A read waits at least until the fields beside its own have asked.
 */
export function createJoinedReads<Key, Asked, Result>({
  run,
  toText,
  read,
  toSize,
  covers,
  unite,
}: JoinOptions<Key, Asked, Result>): (key: Key, asked: Asked) => Promise<Result> {
  const reads = new Map<string, JoinedRead<Asked, Result>>();

  const start = (key: Key, asked: Asked): JoinedRead<Asked, Result> => {
    const leave = async (): Promise<Result> => {
      await Promise.resolve();
      return run(
        () => toSize(key, joined.asked),
        () => {
          joined.hasLeft = true;
          return read(key, joined.asked);
        },
      );
    };
    const joined: JoinedRead<Asked, Result> = { asked, hasLeft: false, result: leave() };
    return joined;
  };

  return (key, asked) => {
    const text = toText(key);
    const before = reads.get(text);
    if (before !== undefined) {
      if (covers(before.asked, asked)) return before.result;
      const united = before.hasLeft ? null : unite(before.asked, asked);
      if (united !== null) {
        before.asked = united;
        return before.result;
      }
    }
    const joined = start(key, asked);
    reads.set(text, joined);
    return joined.result;
  };
}
