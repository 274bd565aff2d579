/** Lets one server at a time do something, of all that share a database. */
export interface SharedLocks {
  /**
   * Takes the lock of this name. Resolves with the function that releases it, or with null if another holder has it. A holder that ends
   * or loses its connection to the database no longer has it. Any error means that the database is not available.
   */
  tryAcquire(name: string): Promise<ReleaseLock | null>;
}

export type ReleaseLock = () => Promise<void>;

/**
 * Runs the work if nobody else holds the lock of this name, and returns whether it did. Without locks there is only one server, so the
 * work always runs. Rejects as `tryAcquire` or the work does.
 */
export async function runExclusively(
  locks: SharedLocks | null,
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const release = locks === null ? NOTHING : await locks.tryAcquire(name);
  if (release === null) return false;
  try {
    await work();
  } finally {
    // The next attempt would find it held otherwise.
    await release();
  }
  return true;
}

const NOTHING: ReleaseLock = () => Promise.resolve();
