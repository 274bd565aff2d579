import { ReportError, type UpstreamSaid } from '../domain/errors.ts';
import type { Clock } from './clock.ts';

/** Keeps sign-in from spending the five failed logins after which the carrier locks the user. */
export interface SignInLatch {
  /** Throws SIGN_IN_REFUSED while sign-in is shut, UPSTREAM_UNAVAILABLE while it pauses after a failure. */
  check(): void;
  /** Notes that the platform refused the credentials, and returns the error for those who waited. */
  refused(said: UpstreamSaid): ReportError;
  /** Notes a login whose outcome is not known: it may count as a failed one. */
  uncertain(): void;
  /** Notes a login that brought no session, though surely for no fault of the password; the platform may ask for a pause. */
  failed(atLeastSeconds: number): void;
  succeeded(): void;
}

const MOST_REFUSALS = 2;
const MOST_FAILED_LOGINS = 4;
const FIRST_UNCERTAIN_PAUSE_MS = 10_000;
const FIRST_FAILURE_PAUSE_MS = 5_000;
const LONGEST_FAILURE_PAUSE_MS = 60_000;
const LONGEST_TOLD_PAUSE_SECONDS = 300;
const VARIABLES = 'THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME and THINGSPACE_PASSWORD';

/**
 * Shuts after two refusals, and before refusals and unknown outcomes together could reach the carrier's five. After each
 * unknown outcome it pauses, three times as long as after the one before, so that a short outage does not shut it. Failures
 * that cannot count never shut it; from the second in a row on it pauses after each, at most a minute by itself.
 */
export function createSignInLatch({ monotonic }: Pick<Clock, 'monotonic'>): SignInLatch {
  let refusals = 0;
  let mayHaveCounted = 0;
  let failures = 0;
  let pausedUntilMs = 0;
  let lastSaid: UpstreamSaid | null = null;

  const isShut = (): boolean => refusals >= MOST_REFUSALS || mayHaveCounted >= MOST_FAILED_LOGINS;
  const pause = (milliseconds: number): void => {
    pausedUntilMs = monotonic() + milliseconds;
  };
  const toRefusal = (): ReportError =>
    new ReportError(
      'SIGN_IN_REFUSED',
      isShut()
        ? `Sign-in is shut after repeated failures, before the carrier locks the user. Correct ${VARIABLES}, then restart the server.`
        : `The platform refuses the credentials. Check ${VARIABLES}: after one more refusal sign-in stays shut.`,
      lastSaid === null ? {} : { upstream: lastSaid },
    );

  return {
    check() {
      if (isShut()) throw toRefusal();
      const pauseMs = pausedUntilMs - monotonic();
      if (pauseMs <= 0) return;
      throw new ReportError(
        'UPSTREAM_UNAVAILABLE',
        'The last sign-in failed, and the next one waits. Try again after the time in retryAfterSeconds.',
        { notAsked: true, isOutage: true, retryAfterSeconds: Math.ceil(pauseMs / 1000) },
      );
    },
    refused(said) {
      refusals += 1;
      mayHaveCounted += 1;
      lastSaid = said;
      return toRefusal();
    },
    uncertain() {
      pause(FIRST_UNCERTAIN_PAUSE_MS * 3 ** mayHaveCounted);
      mayHaveCounted += 1;
    },
    failed(atLeastSeconds) {
      const ownMs = failures === 0 ? 0 : FIRST_FAILURE_PAUSE_MS * 2 ** (failures - 1);
      const toldMs = Math.min(atLeastSeconds, LONGEST_TOLD_PAUSE_SECONDS) * 1000;
      pause(Math.max(Math.min(ownMs, LONGEST_FAILURE_PAUSE_MS), toldMs));
      failures += 1;
    },
    succeeded() {
      refusals = 0;
      mayHaveCounted = 0;
      failures = 0;
      pausedUntilMs = 0;
      lastSaid = null;
    },
  };
}
