import type { Clock } from '../../domain/clock.ts';
import { toPausedError } from '../to-report-error.ts';
import type { Turn } from '../turn.ts';
import { NO_BREAKER, type Breaker } from './breaker.ts';
import { createFairSemaphore, type FairSemaphore } from './fair-semaphore.ts';
import type { SharedPace } from './shared-pace.ts';
import { createSharedPermits } from './shared-permits.ts';
import type { TimeLimits } from './time-limit.ts';

/** Through the lane of an account go all its calls, at the pace that the platform allows. */
export interface AccountLane {
  /** Stops the calls of the account while they keep failing. */
  readonly breaker: Breaker;
  /**
   * Waits until the account is not paused and its pace allows another call. Throws UPSTREAM_RATE_LIMITED with `notAsked` if the
   * pause lasts longer than the call may take, or the signal's reason if it aborts.
   */
  enter(turn: Turn, limits: Pick<TimeLimits, 'signal' | 'endsAtMs'>): Promise<Place>;
  /** Lets no call of the account leave for this long: the platform has answered 429 with Retry-After. */
  pause(milliseconds: number): void;
}

/** A call's place in the lane. */
export interface Place {
  /** Call it just before the request is sent. Throws AccountPaused if the account was paused while the call waited for something else. */
  leave(): void;
  /** Call it when the attempt has ended. */
  end(): void;
}

/** The call has to enter the lane again. Nothing was sent. */
export class AccountPaused extends Error {
  override readonly name = 'AccountPaused';
}

/** The lanes of one set of platform credentials. */
export interface AccountLanes {
  of(accountNumber: string): AccountLane;
  /** Number of accounts that are paused. */
  countPaused(): number;
}

export interface AccountLanesOptions {
  /** Maximum number of calls per account in any second; 0 for no limit. */
  readonly callsPerSecond: number;
  readonly clock: Pick<Clock, 'monotonic' | 'wait' | 'after'>;
  readonly breakerOf: (accountNumber: string) => Breaker;
  /** Null if no other server uses the same credentials, as far as is known. */
  readonly shared: SharedPace | null;
}

/** A second, and some time because a call can take longer to the platform than the one that replaces it. */
const PACE_MS = 1_025;
/** The platform's word is not taken for longer, because a bad header would stop an account until a restart. */
const MAX_PAUSE_MS = 3_600_000;

/** A lane that is always free, for calls of no account. */
export const FREE_LANE: AccountLane = {
  breaker: NO_BREAKER,
  enter: () => Promise.resolve({ leave: () => undefined, end: () => undefined }),
  pause: () => undefined,
};

interface Pace {
  /** A permit is held from when a call enters until a second after it left. */
  readonly permits: FairSemaphore;
  /** Calls that hold a permit or wait for one. */
  users: number;
}

/** Creates lanes. Only accounts that are paused or paced take memory, while they are. */
export function createAccountLanes({ callsPerSecond, clock, breakerOf, shared }: AccountLanesOptions): AccountLanes {
  /** When each pause ends, by the monotonic clock. */
  const pauses = new Map<string, number>();
  const paces = new Map<string, Pace>();

  const pauseOf = (accountNumber: string): number => {
    const untilMs = pauses.get(accountNumber);
    if (untilMs === undefined) return 0;
    const leftMs = untilMs - clock.monotonic();
    if (leftMs <= 0) pauses.delete(accountNumber);
    return Math.max(0, leftMs);
  };
  const createPermits = (accountNumber: string): FairSemaphore => {
    if (shared === null) return createFairSemaphore(callsPerSecond);
    const pace = { maxCalls: callsPerSecond, periodMs: PACE_MS };
    return createSharedPermits({
      permits: callsPerSecond,
      reserve: (count) => shared.reserve(accountNumber, count, pace),
      clock,
    });
  };
  const usePace = (accountNumber: string): Pace => {
    const pace = paces.get(accountNumber) ?? { permits: createPermits(accountNumber), users: 0 };
    paces.set(accountNumber, pace);
    pace.users += 1;
    return pace;
  };
  const leavePace = (accountNumber: string, pace: Pace): void => {
    pace.users -= 1;
    if (pace.users === 0) paces.delete(accountNumber);
  };
  const enterPace = async (accountNumber: string, turn: Turn, signal: AbortSignal): Promise<() => void> => {
    const pace = usePace(accountNumber);
    try {
      await pace.permits.acquire(turn, signal);
    } catch (error) {
      leavePace(accountNumber, pace);
      throw error;
    }
    return () => {
      pace.permits.release(turn);
      leavePace(accountNumber, pace);
    };
  };

  const forgetEnded = (): void => {
    for (const paused of pauses.keys()) pauseOf(paused);
  };
  const pause = (accountNumber: string, milliseconds: number): void => {
    forgetEnded();
    const untilMs = clock.monotonic() + milliseconds;
    pauses.set(accountNumber, Math.max(untilMs, pauses.get(accountNumber) ?? -Infinity));
  };
  shared?.onPause(pause);

  return {
    countPaused() {
      forgetEnded();
      return pauses.size;
    },
    of: (accountNumber) => ({
      breaker: breakerOf(accountNumber),
      async enter(turn, { signal, endsAtMs }) {
        for (let leftMs = pauseOf(accountNumber); leftMs > 0; leftMs = pauseOf(accountNumber)) {
          if (clock.monotonic() + leftMs >= endsAtMs) throw toPausedError(leftMs);
          await clock.wait(leftMs, signal);
        }
        const free = callsPerSecond === 0 ? null : await enterPace(accountNumber, turn, signal);
        let hasLeft = false;
        return {
          leave() {
            if (pauseOf(accountNumber) > 0) throw new AccountPaused('the account was paused');
            hasLeft = true;
            if (free !== null) clock.after(PACE_MS, free);
          },
          end() {
            if (!hasLeft) free?.();
          },
        };
      },
      pause(milliseconds) {
        const boundedMs = Math.min(milliseconds, MAX_PAUSE_MS);
        pause(accountNumber, boundedMs);
        shared?.pause(accountNumber, boundedMs);
      },
    }),
  };
}
