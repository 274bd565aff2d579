import { toCpuShareUsedUp, type CpuShare } from './cpu-share.ts';
import type { ErrorResponse } from './error-response.ts';
import type { PrincipalRate } from './rate-limit.ts';

/** Limits how many requests a caller sends, and how much CPU time they take. */
export interface Admission {
  /** Counts a request that will not run. Returns RATE_LIMITED if its caller has sent too many. */
  count(principal: () => string): ErrorResponse | null;
  /**
   * Counts a request, and runs its work, which is charged to its caller. `onEnd` calls its listener when the work has ended. If the caller
   * is over a limit, runs nothing, and returns the error.
   */
  run(principal: () => string, onEnd: (listener: () => void) => void, work: () => void): ErrorResponse | null;
  /** Runs work that is not a request, and charges it to the caller. */
  charge(principal: () => string, work: () => void): void;
}

export interface AdmissionOptions {
  /** Null if the rate is not limited. */
  readonly rate: PrincipalRate | null;
  /** Null if CPU time is not limited. */
  readonly cpuShare: CpuShare | null;
}

/** Creates the admission. The caller of a request is only identified if there is a limit. */
export function createAdmission({ rate, cpuShare }: AdmissionOptions): Admission {
  const count = (principal: () => string): ErrorResponse | null => {
    const retryAfterSeconds = rate?.(principal()) ?? 0;
    return retryAfterSeconds === 0 ? null : toRateLimited(retryAfterSeconds);
  };
  return {
    count,
    run(principal, onEnd, work) {
      const error = count(principal);
      if (error !== null) return error;
      const waitMs = cpuShare?.run(principal(), onEnd, work) ?? 0;
      if (cpuShare === null) work();
      return waitMs === 0 ? null : toCpuShareUsedUp(waitMs);
    },
    charge(principal, work) {
      if (cpuShare === null) work();
      else cpuShare.charge(principal(), work);
    },
  };
}

function toRateLimited(retryAfterSeconds: number): ErrorResponse {
  return {
    status: 429,
    code: 'RATE_LIMITED',
    message: `Too many requests. Send the next one after ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  };
}
