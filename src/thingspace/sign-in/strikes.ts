// A file of its own: reset.ts clears what this only reads.
import type { KeyValueStore } from '../../domain/key-values.ts';
import { type Credentials, toFingerprint, toHistoryKey } from '../credentials.ts';
import { countLoginsLeft, readHistory } from './login-history.ts';

/**
 * How many more logins with these credentials may fail before sign-in is blocked; 0 if it is. A login in flight counts as failed until its
 * outcome is known. Throws what the store throws.
 */
export async function readStrikesLeft(
  keyValues: KeyValueStore,
  baseUrl: string,
  credentials: Credentials,
): Promise<number> {
  const history = readHistory(await keyValues.get(toHistoryKey(baseUrl, credentials)));
  return countLoginsLeft(history, toFingerprint(baseUrl, credentials));
}
