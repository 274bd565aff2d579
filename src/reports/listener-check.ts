import type { AccountNumber } from '../domain/account.ts';
import type { CallbackAddress } from '../domain/callback-address.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import { ReportError } from '../domain/errors.ts';
import { NO_LISTENER_CODE } from '../thingspace/to-report-error.ts';
import type { CallbackListeners, RegisteredListener } from './callback-listeners.ts';
import type { Operation } from './operation.ts';

/** Checks whether the platform posts an account's messages to this server; the result is null if that could not be found out. */
export interface ListenerCheck {
  isRegistered(accountNumber: AccountNumber, operation: Operation): Promise<boolean | null>;
  /** Remembers the listeners that were listed for another purpose, so that a drift is known from then on. */
  saw(accountNumber: AccountNumber, listeners: readonly RegisteredListener[]): void;
  /** Remembers what the error of a report request says: that the account has no listener, or nothing. */
  sawError(accountNumber: AccountNumber, error: unknown): void;
  /**
   * Whether the latest results for all accounts were that the platform posts their messages here; null if there are none. Makes no call.
   */
  isOurs(): boolean | null;
  /** Drops the cached result, because a listener was changed. */
  forget(accountNumber: AccountNumber): void;
}

export interface ListenerCheckOptions {
  readonly listeners: CallbackListeners;
  readonly address: CallbackAddress;
  /** Monotonic time in milliseconds. */
  readonly now: () => number;
  readonly after: (milliseconds: number, work: () => void) => () => void;
}

interface Finding {
  readonly askedAtMs: number;
  readonly answer: Promise<boolean | null>;
}

const HOLDS_MS = MINUTE_MS;
const GIVE_UP_AFTER_MS = 3_000;

/** Creates a check that asks the platform at most once a minute per account, and waits at most a few seconds for it. */
export function createListenerCheck({ listeners, address, now, after }: ListenerCheckOptions): ListenerCheck {
  const findings = new Map<AccountNumber, Finding>();
  const isOursIn = (registered: readonly RegisteredListener[]): boolean =>
    registered.some(({ url }) => url !== null && address.isOurs(url));

  /** Whether the listener of each account is this server, as far as is known. */
  const latest = new Map<AccountNumber, boolean>();
  const note = (accountNumber: AccountNumber, isOurs: boolean): boolean => {
    latest.set(accountNumber, isOurs);
    return isOurs;
  };

  const ask = async (accountNumber: AccountNumber, operation: Operation): Promise<boolean | null> => {
    const controller = new AbortController();
    const cancel = after(GIVE_UP_AFTER_MS, () => controller.abort(new Error('the check took too long')));
    try {
      return note(accountNumber, isOursIn(await listeners.list(accountNumber, operation, controller.signal)));
    } catch {
      return null;
    } finally {
      cancel();
    }
  };

  const remember = (accountNumber: AccountNumber, isOurs: boolean): void =>
    void findings.set(accountNumber, { askedAtMs: now(), answer: Promise.resolve(note(accountNumber, isOurs)) });

  return {
    isRegistered(accountNumber, operation) {
      const before = findings.get(accountNumber);
      if (before !== undefined && now() - before.askedAtMs < HOLDS_MS) return before.answer;
      const finding = { askedAtMs: now(), answer: ask(accountNumber, operation) };
      findings.set(accountNumber, finding);
      return finding.answer;
    },
    saw: (accountNumber, registered) => remember(accountNumber, isOursIn(registered)),
    sawError(accountNumber, error) {
      if (!(error instanceof ReportError) || error.details.upstream?.code !== NO_LISTENER_CODE) return;
      note(accountNumber, false);
      // A report that is accepted later shows that somebody has registered one, perhaps through another server.
      findings.delete(accountNumber);
    },
    isOurs: () => (latest.size === 0 ? null : ![...latest.values()].includes(false)),
    forget(accountNumber) {
      findings.delete(accountNumber);
      latest.delete(accountNumber);
    },
  };
}
