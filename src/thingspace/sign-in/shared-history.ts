import { ReportError } from '../../domain/errors.ts';
import type { KeyValueStore } from '../../domain/key-values.ts';
import { countFailed, EMPTY_HISTORY, readHistory, type LoginHistory } from './login-history.ts';

type Change = (history: LoginHistory) => LoginHistory;

/** A user's login history, shared by all processes. */
export interface SharedHistory {
  /**
   * Decides by the history and changes it in one atomic step. If the store is not available, a process that has signed in before
   * continues with its own copy, unless that copy contains logins that may have failed. Otherwise it throws STORE_UNAVAILABLE.
   */
  decide<T>(step: (history: LoginHistory) => Step<T>): Promise<T>;
  /** Records what has happened. If the store is not available, the change is kept in memory and stored with the next one. Never throws. */
  note(change: Change, hasSucceeded: boolean): Promise<LoginHistory>;
}

/** The next history (the same object for no change), and the result of the step. */
export interface Step<T> {
  readonly next: LoginHistory;
  readonly result: T;
}

/** When processes change the history at the same moment, all but one try again. If this many attempts fail, the store is faulty. */
const MAX_TRIES = 100;

/** Creates the history that is stored under the key. */
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
    throw new Error('the login history keeps changing');
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
    'The database is not available, so it is unknown how many logins have failed. Another failed login could lock the user, so none is tried. Try again in a moment.',
    { notAsked: true, isOutage: true },
  );
}
