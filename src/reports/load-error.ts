/** What a loader's batch puts in the place of an answer that failed. */
export function toLoadError(error: unknown): Error {
  return error instanceof Error ? error : new Error('fetching failed', { cause: error });
}
