// A file of its own: the loaders of reports and the reads of the store answer equal questions once.
/** Runs the function once for each key, and returns the same result for equal keys. */
export function oncePerKey<A extends readonly unknown[], T>(
  toKey: (...args: A) => string,
  run: (...args: A) => T,
): (...args: A) => T {
  const results = new Map<string, T>();
  return (...args) => {
    const key = toKey(...args);
    const result = results.get(key) ?? run(...args);
    results.set(key, result);
    return result;
  };
}
