import type { KeyValueStore } from '../../domain/key-values.ts';
import { type Credentials, toFingerprint, toHistoryKey } from '../credentials.ts';
import { countFailed, EMPTY_HISTORY, readHistory, rejectionsOf } from './login-history.ts';

/** What was recorded about a user's logins before it was cleared. */
export interface ForgottenLogins {
  /** Rejections of these credentials, in a row. */
  readonly rejections: number;
  /** Logins in a row that failed or may have failed. */
  readonly failed: number;
}

/** Clears the failed logins of the user for all processes, and returns what was recorded. Throws what the store throws. */
export async function resetSignIn(
  keyValues: KeyValueStore,
  baseUrl: string,
  credentials: Credentials,
): Promise<ForgottenLogins> {
  const key = toHistoryKey(baseUrl, credentials);
  for (;;) {
    const text = await keyValues.get(key);
    const history = readHistory(text);
    const { times: rejections } = rejectionsOf(history, toFingerprint(baseUrl, credentials));
    const forgotten = { rejections, failed: countFailed(history) };
    if (text === null || (await keyValues.compareAndSet(key, text, JSON.stringify(EMPTY_HISTORY)))) return forgotten;
  }
}
