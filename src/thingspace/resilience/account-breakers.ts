import { hash } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import { createBreaker, type Breaker, type BreakerPolicy, type ListeningBreaker } from './breaker.ts';

/** A breaker for each account, and one for the platform, which opens only if calls of several accounts fail. */
export interface AccountBreakers {
  /** The breaker of an account. `tokens` identifies the platform tokens of its calls: the account can fail with some of them only. */
  of(accountNumber: string, tokens: number): Breaker;
}

/** Called with the last error when a breaker opens, and with null when it closes or is forgotten. The account is null for the whole platform. */
export type OnBreakerChange = (isOpen: boolean, accountNumber: string | null, failure: unknown) => void;

export interface AccountBreakersOptions {
  /** When the breaker of an account opens. */
  readonly policy: BreakerPolicy;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly onChange: OnBreakerChange;
}

interface FailingAccount {
  readonly accountNumber: string;
  readonly breaker: ListeningBreaker;
  /** When it last failed, or worked again. */
  changedAtMs: number;
}

/** Each takes up to about 5 kB. The one that failed longest ago is forgotten first, and starts over. */
const MAX_ACCOUNTS = 2_000;
/** A request can name 10,000 devices. */
const MAX_REQUEST_LENGTH = 200;

/**
 * Creates closed breakers. Only accounts that have failed within the window of the policy take memory. While the breaker of the platform
 * is open, an account is held after its first failure, and failing accounts share one probe. An account that has not failed is never held:
 * nobody can stop the calls of others by failing, and the success of any account closes the breaker of the platform.
 */
export function createAccountBreakers({ policy, clock, onChange }: AccountBreakersOptions): AccountBreakers {
  const { monotonic } = clock;
  /** In the order of their last failures. */
  const failing = new Map<string, FailingAccount>();
  const platform = createBreaker({
    // Its requests are the accounts.
    policy: { ...policy, failures: Math.max(2, policy.failures), minRequests: 2, anySuccessCloses: true },
    clock,
    onChange: (isOpen, failure) => onChange(isOpen, null, failure),
  });

  const isOver = ({ breaker, changedAtMs }: FailingAccount): boolean =>
    !breaker.isOpen() && monotonic() - changedAtMs >= policy.windowMs;
  const find = (key: string): FailingAccount | null => {
    const known = failing.get(key);
    if (known === undefined || !isOver(known)) return known ?? null;
    failing.delete(key);
    return null;
  };
  const makeRoom = (): void => {
    for (const [key, account] of failing) {
      if (failing.size < MAX_ACCOUNTS && !isOver(account)) return;
      failing.delete(key);
      // Whoever heard that it opened has to hear that its calls are no longer held.
      if (account.breaker.isOpen()) onChange(false, account.accountNumber, null);
    }
  };
  const create = (accountNumber: string): FailingAccount => {
    makeRoom();
    const account: FailingAccount = {
      accountNumber,
      breaker: createBreaker({
        policy,
        clock,
        onChange(isOpen, failure) {
          account.changedAtMs = monotonic();
          onChange(isOpen, accountNumber, failure);
        },
      }),
      changedAtMs: monotonic(),
    };
    return account;
  };
  const addFailure = (key: string, accountNumber: string): FailingAccount => {
    const account = find(key) ?? create(accountNumber);
    account.changedAtMs = monotonic();
    failing.delete(key);
    failing.set(key, account);
    return account;
  };

  return {
    of(accountNumber, tokens) {
      const key = `${tokens} ${accountNumber}`;
      const check = (): FailingAccount | null => {
        const account = find(key);
        if (account === null) return null;
        account.breaker.check();
        platform.check();
        return account;
      };
      return {
        check,
        isOpen() {
          const account = find(key);
          return account !== null && (account.breaker.isOpen() || platform.isOpen());
        },
        begin() {
          const startedAtMs = monotonic();
          const account = check();
          const ofAccount = account?.breaker.begin();
          const ofPlatform = account === null ? platform.watch(startedAtMs) : platform.begin();
          return {
            end(outcome, request, failure) {
              const now = outcome === 'failure' ? addFailure(key, accountNumber) : find(key);
              // Others may have failed since it began.
              const watched = now === account ? ofAccount : now?.breaker.watch(startedAtMs);
              watched?.end(outcome, outcome === 'failure' ? toShort(request) : '', failure);
              ofPlatform.end(outcome, accountNumber, failure);
            },
          };
        },
      };
    },
  };
}

/** A text that differs for different requests, and takes little memory. */
function toShort(request: string): string {
  return request.length <= MAX_REQUEST_LENGTH ? request : hash('sha256', request, 'base64url');
}
