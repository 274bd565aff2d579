import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import { SignInResponseError } from '../http-client.ts';
import { TransportError } from '../transport-error.ts';
import {
  createBreaker,
  NO_BREAKER,
  type Breaker,
  type BreakerOptions,
  type BreakerPolicy,
  type AttemptOutcome,
} from './breaker.ts';
import { toFailureSummary, type FailureSummary } from './failure-summary.ts';
import { createFairSemaphore, UNLIMITED, type FairSemaphore } from './fair-semaphore.ts';
import { withRetries, type RetryDecision } from './retry.ts';
import { withTimeLimit } from './time-limit.ts';

/** What an operator may set of the policy. */
export interface PolicySettings {
  /** The longest time for a call with all its tries and pauses. */
  readonly totalTimeoutMs: number;
  /** The longest time for one try. */
  readonly callTimeoutMs: number;
  /** Tries after the first. */
  readonly retries: number;
  /** Calls under way at once. */
  readonly concurrency: number;
  /** Failures after which the platform is not asked for a while; 0 asks it always. */
  readonly breakerFailures: number;
}

const RETRY_PAUSES = { firstPauseMs: 200, maxPauseMs: 10_000 };
const BREAKER_PAUSES = { firstPauseMs: 1_000, maxPauseMs: 10_000 };
const REPORTS_BREAKER = { windowMs: 30_000, minRequests: 3, minFailingMs: 1_000, ...BREAKER_PAUSES };
/** One call with its retries is enough: it is always the same request, and one at a time. */
const TOKEN_BREAKER = { failures: 3, windowMs: 120_000, minRequests: 1, minFailingMs: 0, ...BREAKER_PAUSES };

/** A call as the policy sees it. */
export interface PolicyCall {
  /** The same text for calls that ask the same. */
  readonly request: string;
  /** For whom it is made: the owners of many calls take turns. */
  readonly turnKey: object;
  /** Breaks the call off; null where nothing does but its time. */
  readonly signal: AbortSignal | null;
  /** Which failures may be followed by another try. */
  readonly decideRetry: RetryDecision;
}

/** One try of a call. */
export interface Attempt {
  /** Ends with the whole call. */
  readonly signal: AbortSignal;
  /** Gives an exchange the time of one try. Throws UPSTREAM_TIMEOUT. */
  limit<T>(exchange: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export interface CallPolicy {
  /** Runs a call within all limits. Throws what its last try throws, UPSTREAM_TIMEOUT, or UPSTREAM_UNAVAILABLE with `notAsked`. */
  run<T>(call: PolicyCall, attempt: (one: Attempt) => Promise<T>): Promise<T>;
  /** The longest time that a call can take. */
  readonly maxMs: number;
  /** Whether the platform is known to fail just now. */
  isOutage(): boolean;
}

/** One policy for each kind of call: a sign-in that fails says nothing of the reports, and the other way round. */
export interface CallPolicies {
  readonly reports: CallPolicy;
  readonly token: CallPolicy;
  /** The latch alone decides when the next login may be tried. */
  readonly login: CallPolicy;
}

export interface CallPoliciesOptions {
  readonly settings: PolicySettings;
  readonly clock: Clock;
  /** Told when the platform is not asked any more for its reports, with what failed last, and when it is again, with null. */
  readonly onBreaker: (failure: FailureSummary | null) => void;
}

/** The policies of one platform, shared by all its clients. */
export function createCallPolicies({ settings, clock, onBreaker }: CallPoliciesOptions): CallPolicies {
  const { breakerFailures: failures, concurrency } = settings;
  const toBreaker = (policy: BreakerPolicy, onChange: BreakerOptions['onChange']): Breaker =>
    failures === 0 ? NO_BREAKER : createBreaker({ policy, clock, onChange });
  const reportsPolicy = { ...REPORTS_BREAKER, failures, minRequests: Math.min(failures, REPORTS_BREAKER.minRequests) };
  const reportsBreaker = toBreaker(reportsPolicy, (isOpen, failure) =>
    onBreaker(isOpen ? toFailureSummary(failure) : null),
  );
  const tokenBreaker = toBreaker(TOKEN_BREAKER, () => undefined);
  return {
    reports: createCallPolicy(settings, clock, reportsBreaker, createFairSemaphore(concurrency)),
    token: createCallPolicy(settings, clock, tokenBreaker, UNLIMITED),
    login: createCallPolicy(settings, clock, NO_BREAKER, UNLIMITED),
  };
}

/** From the outside to the inside: the limit of the whole, retries, the breaker, a place at the gate, the limit of a try. */
function createCallPolicy(
  settings: PolicySettings,
  clock: Clock,
  breaker: Breaker,
  semaphore: FairSemaphore,
): CallPolicy {
  const { totalTimeoutMs, callTimeoutMs } = settings;
  const policy = { retries: settings.retries, ...RETRY_PAUSES };
  // While the breaker is open, a retry would only be turned away.
  const unlessOpen =
    (decideRetry: RetryDecision): RetryDecision =>
    (error) =>
      breaker.isOpen() ? null : decideRetry(error);
  return {
    maxMs: totalTimeoutMs,
    isOutage: breaker.isOpen,
    run: ({ request, turnKey, signal, decideRetry }, attempt) =>
      withTimeLimit(clock, totalTimeoutMs, signal, (total) => {
        const one: Attempt = {
          signal: total,
          limit: (exchange) => withTimeLimit(clock, callTimeoutMs, total, exchange),
        };
        // Of one try the limit of the whole says nothing, unless it is the shorter one.
        const toOutcome = (error: unknown): AttemptOutcome =>
          total.aborted && callTimeoutMs < totalTimeoutMs ? 'ignored' : classify(error);
        const giveUpAtMs = clock.monotonic() + totalTimeoutMs;
        const retries = { policy, clock, signal: total, giveUpAtMs, decideRetry: unlessOpen(decideRetry) };
        return withRetries(retries, async () => {
          breaker.check();
          return semaphore.run(turnKey, total, () => breaker.run(request, toOutcome, () => attempt(one)));
        });
      }),
  };
}

/** Whether the platform fails, by what came of one try. A refusal is an answer; a used-up rate has its own time to wait. */
function classify(error: unknown): AttemptOutcome {
  if (error instanceof SignInResponseError) return error.answer.status === 429 ? 'ignored' : 'failure';
  if (error instanceof TransportError) return error.fault === 'too-large' ? 'success' : 'failure';
  if (!(error instanceof ReportError) || error.code === 'UPSTREAM_RATE_LIMITED') return 'ignored';
  const status = error.details.upstream?.status ?? null;
  if (status !== null && status >= 400 && status < 500) return 'success';
  return error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'UPSTREAM_TIMEOUT' ? 'failure' : 'ignored';
}
