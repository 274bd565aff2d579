/** A small durable key-value store of texts that all processes of this server share. Any error means that it is not available. */
export interface KeyValueStore {
  /** The stored text, or null if there is none. */
  get(key: string): Promise<string | null>;
  /** Stores `next` if the stored text is still `expected` (null: there is none). Returns whether it did. */
  compareAndSet(key: string, expected: string | null, next: string): Promise<boolean>;
}

/** A key-value store in memory, which ends with the process. */
export function createMemoryKeyValues(): KeyValueStore {
  const texts = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(texts.get(key) ?? null),
    compareAndSet(key, expected, next) {
      const isAsExpected = (texts.get(key) ?? null) === expected;
      if (isAsExpected) texts.set(key, next);
      return Promise.resolve(isAsExpected);
    },
  };
}
