// A file of its own: the computations of reports and the arguments of fields are each found once.
/** Returns a function that computes a value when it is first called, and returns the same value from then on. */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => (known ??= { value: compute() }).value;
}
