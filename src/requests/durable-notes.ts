/** A small durable place for other parts: JSON texts by key. Every promise may reject with a StoreError. */
export interface DurableNotes {
  /** The text, or null where there is none. */
  get(key: string): Promise<string | null>;
  put(key: string, json: string): Promise<void>;
  /** Puts `next` where the text is still `expected` (null: there is none), and tells whether it did. */
  compareAndSet(key: string, expected: string | null, next: string): Promise<boolean>;
}
