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
  let unsaved: readonly Change[] = [];

  const apply = async <T>(step: (history: LoginHistory) => Step<T>): Promise<Step<T>> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const text = await keyValues.get(key);
      const pending = unsaved;
      const history = pending.reduce((before, change) => change(before), readHistory(text));
      const applied = step(history);
      const isChanged = applied.next !== history || pending.length > 0;
      if (isChanged && !(await keyValues.compareAndSet(key, text, JSON.stringify(applied.next)))) continue;
      unsaved = unsaved.slice(pending.length);
      known = applied.next;
      return applied;
    }
    throw new Error('the record of sign-ins changes all the time');
  };
  const applyInMemory = <T>(step: (history: LoginHistory) => Step<T>): Step<T> => {
    const applied = step(known);
    known = applied.next;
    return applied;
  };

  return {
    async decide(step) {
      const applied = await apply(step).catch(() => {
        if (!hasSignedIn || countFailed(known) > 0) throw toStoreError();
        return applyInMemory(step);
      });
      return applied.result;
    },
    async note(change, hasSucceeded) {
      hasSignedIn ||= hasSucceeded;
      const step = (history: LoginHistory): Step<null> => ({ next: change(history), result: null });
      const { next } = await apply(step).catch(() => {
        unsaved = [...unsaved, change];
        return applyInMemory(step);
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
