import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../credentials.ts';

/** Small durable texts that every process of this server shares. Any error of theirs means that they cannot be had just now. */
export interface KeyValueStore {
  /** The text, or null where there is none. */
  get(key: string): Promise<string | null>;
  /** Puts `next` where the text is still `expected` (null: there is none), and tells whether it did. */
  compareAndSet(key: string, expected: string | null, next: string): Promise<boolean>;
}

/** Notes that end with the process. */
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

/** Where the failures of a user are noted: it is the user whom the carrier locks, whatever else is sent. */
export function toHistoryKey(baseUrl: string, { username }: Pick<Credentials, 'username'>): string {
  return `sign-in ${createHash('sha256')
    .update(JSON.stringify([baseUrl, username]))
    .digest('base64url')}`;
}

/** Tells credentials apart, and nothing of what they are. */
export function toFingerprint(baseUrl: string, credentials: Credentials): string {
  const { clientId, clientSecret, username, password } = credentials;
  const rest = JSON.stringify([baseUrl, clientId, username, password]);
  return createHmac('sha256', clientSecret).update(rest).digest('base64url');
}
