import { createHmac, hash } from 'node:crypto';
import type { Credentials } from '../credentials.ts';

/** A small durable key-value store that all processes of this server share. Any error means that it is not available at the moment. */
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

/** The key of a user's login history. The carrier locks the user, so the other credentials are not part of it. */
export function toHistoryKey(baseUrl: string, { username }: Pick<Credentials, 'username'>): string {
  return `sign-in ${hash('sha256', JSON.stringify([baseUrl, username]), 'base64url')}`;
}

/** Identifies a set of credentials without revealing them. */
export function toFingerprint(baseUrl: string, credentials: Credentials): string {
  const { clientId, clientSecret, username, password } = credentials;
  const rest = JSON.stringify([baseUrl, clientId, username, password]);
  return createHmac('sha256', clientSecret).update(rest).digest('base64url');
}
