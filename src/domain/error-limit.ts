// A file of its own: errors are counted where they arise, and reported where the response is made.

/** Maximum number of errors in a response. Each costs as much as a device, and nobody reads ten thousand. */
export const MAX_REPORTED_ERRORS = 1_000;

/** The errors of one response, as counted where they arise. */
export interface ErrorCount {
  /** How many were made; at most as many as are reported. */
  made: number;
  /** How many were not even made, because no more would be reported. */
  leftOut: number;
}

/**
 * Returns the error for a value that may be null, or null if the response has 1,000 such errors already: then the error is only counted.
 * `toError` makes it, and is not called for an error that is left out.
 */
export function toErrorOrNull<E>(count: ErrorCount, toError: () => E): E | null {
  if (count.made < MAX_REPORTED_ERRORS) {
    count.made += 1;
    return toError();
  }
  count.leftOut += 1;
  return null;
}

/** Whether no further error will be reported. */
export function isFullOfErrors({ made }: ErrorCount): boolean {
  return made >= MAX_REPORTED_ERRORS;
}

/** Returns how many errors were left out, and begins to count the next response. */
export function takeLeftOut(count: ErrorCount): number {
  const { leftOut } = count;
  count.made = 0;
  count.leftOut = 0;
  return leftOut;
}
