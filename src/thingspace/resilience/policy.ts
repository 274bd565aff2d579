import type { Clock } from '../../domain/clock.ts';
import { createAccountBreakers, type AccountBreakers } from './account-breakers.ts';
import { createAccountLanes, type AccountLanes } from './account-lanes.ts';
import { createBreaker, NO_BREAKER } from './breaker.ts';
import { createCallPolicy, type CallPolicy, type PolicySettings } from './call-policy.ts';
import { toFailureSummary, type FailureSummary } from './failure-summary.ts';
import { createAccountSlots } from './account-slots.ts';
import { createFairSemaphore, UNLIMITED, type SemaphoreLoad } from './fair-semaphore.ts';
import type { SharedPace } from './shared-pace.ts';

export type { PolicySettings };

const BREAKER_PAUSES = { firstPauseMs: 1_000, maxPauseMs: 10_000 };
const REPORTS_BREAKER = { windowMs: 30_000, minRequests: 3, minFailingMs: 1_000, ...BREAKER_PAUSES };
/** One call with its retries opens it: token calls are all the same request, one at a time. */
const TOKEN_BREAKER = { failures: 3, windowMs: 120_000, minRequests: 1, minFailingMs: 0, ...BREAKER_PAUSES };
const NO_BREAKERS: AccountBreakers = { of: () => NO_BREAKER };

/** One policy for each kind of call: a sign-in that fails says nothing about the reports, and the reverse. */
export interface CallPolicies {
  readonly reports: CallPolicy;
  readonly token: CallPolicy;
  /** Has no breaker: the lockout guard alone decides when the next login may be tried. */
  readonly login: CallPolicy;
  /** Creates the lanes for one set of tokens. Their pace is shared with other servers unless it is null. */
  createLanes(shared: SharedPace | null): AccountLanes;
  /** How many calls for reports are running, and how many wait for one of the UPSTREAM_CONCURRENCY slots. */
  load(): SemaphoreLoad;
}

export interface CallPoliciesOptions {
  readonly settings: PolicySettings;
  readonly clock: Clock;
  /**
   * Called with the last failure when a breaker for reports opens, and with null when it closes. The account is null if the breaker is
   * that of the platform, which opens only if calls of several accounts fail.
   */
  readonly onBreaker: (failure: FailureSummary | null, accountNumber: string | null) => void;
}

/** Creates the policies of one platform, which all its clients share. */
export function createCallPolicies({ settings, clock, onBreaker }: CallPoliciesOptions): CallPolicies {
  const { breakerFailures: failures, concurrency, callsPerSecond } = settings;
  const isOff = failures === 0;
  const breakers = isOff
    ? NO_BREAKERS
    : createAccountBreakers({
        policy: { ...REPORTS_BREAKER, failures, minRequests: Math.min(failures, REPORTS_BREAKER.minRequests) },
        clock,
        onChange: (isOpen, accountNumber, failure) =>
          onBreaker(isOpen ? toFailureSummary(failure) : null, accountNumber),
      });
  const tokenBreaker = isOff ? NO_BREAKER : createBreaker({ policy: TOKEN_BREAKER, clock, onChange: () => undefined });
  const semaphore = createFairSemaphore(concurrency, createAccountSlots(concurrency, clock.monotonic));
  let clients = 0;
  return {
    load: semaphore.load,
    reports: createCallPolicy({ settings, clock, breakerOf: ({ breaker }) => breaker, semaphore }),
    token: createCallPolicy({ settings, clock, breakerOf: () => tokenBreaker, semaphore: UNLIMITED }),
    login: createCallPolicy({ settings, clock, breakerOf: () => NO_BREAKER, semaphore: UNLIMITED }),
    createLanes(shared) {
      const tokens = (clients += 1);
      return createAccountLanes({
        callsPerSecond,
        clock,
        breakerOf: (accountNumber) => breakers.of(accountNumber, tokens),
        shared,
      });
    },
  };
}
