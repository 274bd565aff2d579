import type { Credentials } from '../credentials.ts';
import { toFingerprint, toNoteKey, type SignInNotes } from './login-notes.ts';
import { countFailed, NOTHING_NOTED, readRecord, refusalsOf } from './login-history.ts';

/** What was noted of a user's logins. */
export interface ForgottenLogins {
  /** Of these credentials, in a row. */
  readonly refusals: number;
  /** Logins in a row that counted as failed, or may have. */
  readonly failed: number;
}

/** Forgets every failed login of the user, for all processes, and returns what was noted. Rejects with what the notes reject with. */
export async function rearmSignIn(
  notes: SignInNotes,
  baseUrl: string,
  credentials: Credentials,
): Promise<ForgottenLogins> {
  const key = toNoteKey(baseUrl, credentials);
  for (;;) {
    const text = await notes.get(key);
    const record = readRecord(text);
    const { times: refusals } = refusalsOf(record, toFingerprint(baseUrl, credentials));
    const forgotten = { refusals, failed: countFailed(record) };
    if (text === null || (await notes.compareAndSet(key, text, JSON.stringify(NOTHING_NOTED)))) return forgotten;
  }
}
