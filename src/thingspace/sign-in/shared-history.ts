import { ReportError } from '../../domain/errors.ts';
import { countFailed, EMPTY_HISTORY, readHistory, type LoginHistory } from './login-history.ts';
import type { KeyValueStore } from './login-notes.ts';

type Change = (history: LoginHistory) => LoginHistory;

/** A user's record as all processes share it. */
export interface SharedHistory {
  /**
   * Decides by the record and changes it, so that no two processes decide by the same. Where the notes cannot be had, a process that
   * has signed in before goes on by its own memory, as long as no login in that may count as failed; any other throws
   * STORE_UNAVAILABLE.
   */
  decide<T>(step: (history: LoginHistory) => Step<T>): Promise<T>;
  /** Notes what has happened; where the notes cannot be had, it is remembered, and noted with the next change. Never throws. */
  note(change: Change, hasSucceeded: boolean): Promise<LoginHistory>;
}

/** The next record, the same one for no change, and what came of it. */
export interface Step<T> {
  readonly next: LoginHistory;
  readonly result: T;
}

/** Processes that change the record at the same moment try again; more tries than that are a fault of the notes. */
const MAX_TRIES = 100;

export function createSharedHistory(keyValues: KeyValueStore, key: string): SharedHistory {
  let known = EMPTY_HISTORY;
  let hasSignedIn = false;
  let unnoted: readonly Change[] = [];

  const take = async <T>(step: (history: LoginHistory) => Step<T>): Promise<Step<T>> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const text = await keyValues.get(key);
      const pending = unnoted;
      const history = pending.reduce((before, change) => change(before), readHistory(text));
      const taken = step(history);
      const isChanged = taken.next !== history || pending.length > 0;
      if (isChanged && !(await keyValues.compareAndSet(key, text, JSON.stringify(taken.next)))) continue;
      unnoted = unnoted.slice(pending.length);
      known = taken.next;
      return taken;
    }
    throw new Error('the record of sign-ins changes all the time');
  };
  const takeAlone = <T>(step: (history: LoginHistory) => Step<T>): Step<T> => {
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
      const step = (history: LoginHistory): Step<null> => ({ next: change(history), result: null });
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
