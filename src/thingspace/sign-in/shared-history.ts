import { ReportError } from '../../domain/errors.ts';
import type { SignInNotes } from './login-notes.ts';
import { countFailed, NOTHING_NOTED, readRecord, type SignInRecord } from './login-history.ts';

type Change = (record: SignInRecord) => SignInRecord;

/** A user's record as all processes share it. */
export interface SharedRecord {
  /**
   * Decides by the record and changes it, so that no two processes decide by the same. Where the notes cannot be had, a process that
   * has signed in before goes on by its own memory, as long as no login in that may count as failed; any other throws
   * STORE_UNAVAILABLE.
   */
  decide<T>(step: (record: SignInRecord) => Step<T>): Promise<T>;
  /** Notes what has happened; where the notes cannot be had, it is remembered, and noted with the next change. Never throws. */
  note(change: Change, hasSucceeded: boolean): Promise<SignInRecord>;
}

/** The next record, the same one for no change, and what came of it. */
export interface Step<T> {
  readonly next: SignInRecord;
  readonly result: T;
}

/** Processes that change the record at the same moment try again; more tries than that are a fault of the notes. */
const MOST_TRIES = 100;

export function createSharedRecord(notes: SignInNotes, key: string): SharedRecord {
  let known = NOTHING_NOTED;
  let hasSignedIn = false;
  let unnoted: readonly Change[] = [];

  const take = async <T>(step: (record: SignInRecord) => Step<T>): Promise<Step<T>> => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const text = await notes.get(key);
      const pending = unnoted;
      const record = pending.reduce((before, change) => change(before), readRecord(text));
      const taken = step(record);
      const isChanged = taken.next !== record || pending.length > 0;
      if (isChanged && !(await notes.compareAndSet(key, text, JSON.stringify(taken.next)))) continue;
      unnoted = unnoted.slice(pending.length);
      known = taken.next;
      return taken;
    }
    throw new Error('the record of sign-ins changes all the time');
  };
  const takeAlone = <T>(step: (record: SignInRecord) => Step<T>): Step<T> => {
    const taken = step(known);
    known = taken.next;
    return taken;
  };

  return {
    async decide(step) {
      const taken = await take(step).catch(() => {
        if (!hasSignedIn || countFailed(known) > 0) throw toStoreError();
        return takeAlone(step);
      });
      return taken.result;
    },
    async note(change, hasSucceeded) {
      hasSignedIn ||= hasSucceeded;
      const step = (record: SignInRecord): Step<null> => ({ next: change(record), result: null });
      const { next } = await take(step).catch(() => {
        unnoted = [...unnoted, change];
        return takeAlone(step);
      });
      return next;
    },
  };
}

function toStoreError(): ReportError {
  return new ReportError(
    'STORE_UNAVAILABLE',
    'The store cannot be asked how many sign-ins have failed, so none is tried: one too many could lock the user. Try again in a moment.',
    { notAsked: true, isOutage: true },
  );
}
