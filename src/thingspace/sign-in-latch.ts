import { ReportError, type UpstreamSaid } from '../domain/errors.ts';
import type { Clock } from './clock.ts';

/** Keeps sign-in from spending the five failed logins after which the carrier locks the user. */
export interface SignInLatch {
  /** Throws SIGN_IN_REFUSED while sign-in is shut, UPSTREAM_UNAVAILABLE while it pauses after an unknown outcome. */
  check(): void;
  /** Notes that the platform refused the credentials, and returns the error for those who waited. */
  refused(said: UpstreamSaid): ReportError;
  /** Notes a login whose outcome is not known: it may count as a failed one. */
  uncertain(): void;
  succeeded(): void;
}

const MOST_REFUSALS = 2;
const MOST_FAILED_LOGINS = 4;
const FIRST_PAUSE_MS = 10_000;
const VARIABLES = 'THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME and THINGSPACE_PASSWORD';

/**
 * Shuts after two refusals, and before refusals and unknown outcomes together could reach the carrier's five. After each
 * unknown outcome it pauses, three times as long as after the one before, so that a short outage does not shut it.
 */
export function createSignInLatch({ now }: Pick<Clock, 'now'>): SignInLatch {
  let refusals = 0;
  let failures = 0;
  let pausedUntilMs = 0;
  let lastSaid: UpstreamSaid | null = null;

  const isShut = (): boolean => refusals >= MOST_REFUSALS || failures >= MOST_FAILED_LOGINS;
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
      const pauseMs = pausedUntilMs - now();
      if (pauseMs <= 0) return;
      throw new ReportError(
        'UPSTREAM_UNAVAILABLE',
        'The last sign-in brought no answer, and may count as a failed one. Try again after the time in retryAfterSeconds.',
        { retryAfterSeconds: Math.ceil(pauseMs / 1000) },
      );
    },
    refused(said) {
      refusals += 1;
      failures += 1;
      lastSaid = said;
      return toRefusal();
    },
    uncertain() {
      pausedUntilMs = now() + FIRST_PAUSE_MS * 3 ** failures;
      failures += 1;
    },
    succeeded() {
      refusals = 0;
      failures = 0;
      pausedUntilMs = 0;
      lastSaid = null;
    },
  };
}
