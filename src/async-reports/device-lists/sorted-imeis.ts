/** IMEIs in ascending order, each once. */
export interface SortedImeis {
  /** Adds an IMEI as a number: 15 digits are exact. */
  add(imei: number): void;
  /** Returns all of them, in chunks of `size`. Call it once, at the end. */
  toChunks(size: number): Generator<readonly string[]>;
}

/** Number of IMEIs that are sorted at once, in a few milliseconds. Sorting a million at once would block the process for a tenth of a second. */
const RUN = 32_768;
const DIGITS = 15;

/** Creates an empty collection. It takes eight bytes for each IMEI that is added, and merges sorted runs at the end. */
export function createSortedImeis(): SortedImeis {
  const runs: Float64Array[] = [];
  let current = new Float64Array(RUN);
  let used = 0;
  const endRun = (): void => {
    runs.push(current.subarray(0, used).sort());
    current = new Float64Array(RUN);
    used = 0;
  };

  return {
    add(imei) {
      current[used] = imei;
      used += 1;
      if (used === RUN) endRun();
    },
    *toChunks(size) {
      endRun();
      let chunk: string[] = [];
      let last = -1;
      for (const imei of merge(runs)) {
        if (imei === last) continue;
        last = imei;
        chunk.push(String(imei).padStart(DIGITS, '0'));
        if (chunk.length < size) continue;
        yield chunk;
        chunk = [];
      }
      if (chunk.length > 0) yield chunk;
    },
  };
}

/** Merges two halves of the runs, and each of them in the same way. */
function* merge(runs: readonly Float64Array[]): Generator<number> {
  const [only] = runs;
  if (runs.length <= 1) {
    if (only !== undefined) yield* only;
    return;
  }
  const middle = runs.length >> 1;
  const [left, right] = [merge(runs.slice(0, middle)), merge(runs.slice(middle))];
  let [one, other] = [left.next(), right.next()];
  while (one.done !== true || other.done !== true) {
    if (other.done === true || (one.done !== true && one.value <= other.value)) {
      yield one.value as number;
      one = left.next();
    } else {
      yield other.value;
      other = right.next();
    }
  }
}
