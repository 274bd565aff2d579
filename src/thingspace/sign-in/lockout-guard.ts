import type { Clock } from '../../domain/clock.ts';
import { ReportError, type UpstreamSaid } from '../../domain/errors.ts';
import type { Credentials } from '../credentials.ts';
import * as history from './login-history.ts';
import { toFingerprint, toHistoryKey, type KeyValueStore } from './login-notes.ts';
import { createSharedHistory } from './shared-history.ts';

/** Keeps all processes together from spending the five failed logins after which the carrier locks the user. */
export interface LockoutGuard {
  /**
   * Throws SIGN_IN_REFUSED while sign-in is shut, UPSTREAM_UNAVAILABLE while it pauses after a failure, STORE_UNAVAILABLE where that
   * cannot be found out. Waits a moment for a login of another process.
   */
  check(): Promise<void>;
  /** Checks, and notes a login before it goes out: a process that ends before its outcome leaves it behind as one that may count. */
  begin(): Promise<LoginAttempt>;
  /** Notes that the platform refused the application's own credentials, and returns the error for those who waited. */
  rejected(said: UpstreamSaid): Promise<ReportError>;
}

/** A login that is noted; one of these has to follow. None of them throws. */
export interface LoginAttempt {
  /** The platform refused the credentials; returns the error for those who waited. */
  rejected(said: UpstreamSaid): Promise<ReportError>;
  settle(outcome: Exclude<history.LoginOutcome, { readonly kind: 'rejected' }>): Promise<void>;
}

export interface LockoutGuardOptions {
  readonly keyValues: KeyValueStore;
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The longest time from noting a login to its outcome. */
  readonly maxLoginMs: number;
}

const WAIT_FOR_OTHERS_MS = 5_000;
const LOOK_AGAIN_AFTER_MS = 100;

/**
 * Shuts after two refusals of the same credentials, and before refusals and unknown outcomes of a user together could reach the
 * carrier's five. One login is under way at a time, whichever process makes it. After each unknown outcome it pauses, three times as
 * long as after the one before. Failures that cannot count never shut it; from the second in a row on it pauses after each.
 */
export function createLockoutGuard(options: LockoutGuardOptions): LockoutGuard {
  const { keyValues, baseUrl, credentials, clock, newId, maxLoginMs } = options;
  const shared = createSharedHistory(keyValues, toHistoryKey(baseUrl, credentials));
  const fingerprint = toFingerprint(baseUrl, credentials);
  const ages = createAges(clock);
  const mayBeInFlight = ({ atMs }: history.NotedLogin): boolean => ages.of(atMs) < maxLoginMs;

  /** Its age is known from now on, whatever the time of day becomes. */
  const stamp = (): number => {
    const atMs = clock.now();
    ages.of(atMs);
    return atMs;
  };
  const decide = (noted: history.LoginHistory): Decision => {
    const { times } = history.rejectionsOf(noted, fingerprint);
    const live = noted.underWay.filter(mayBeInFlight);
    const pauseMs = noted.pause === null ? 0 : noted.pause.milliseconds - ages.of(noted.pause.fromMs);
    const othersMs = Math.max(0, ...live.map(({ atMs }) => maxLoginMs - ages.of(atMs)));
    const isBlocked = times >= history.MAX_REJECTIONS || history.countFailed(noted) >= history.MAX_FAILED_LOGINS;
    if (isBlocked && live.length === 0) return { kind: 'blocked', error: history.toSignInRefused(noted, fingerprint) };
    // A login that is under way may be refused, too.
    if (isBlocked || times + live.length >= history.MAX_REJECTIONS) return { kind: 'busy', milliseconds: othersMs };
    if (pauseMs <= 0) return { kind: 'free' };
    return { kind: live.length > 0 ? 'busy' : 'paused', milliseconds: pauseMs };
  };
  /** Takes the step as soon as sign-in is free. */
  const whenFree = async (step: (noted: history.LoginHistory) => history.LoginHistory): Promise<void> => {
    for (let waitedMs = 0; ; waitedMs += LOOK_AGAIN_AFTER_MS) {
      const decision = await shared.decide((noted) => {
        const result = decide(noted);
        return { next: result.kind === 'free' ? step(noted) : noted, result };
      });
      if (decision.kind === 'free') return;
      if (decision.kind === 'blocked') throw decision.error;
      if (decision.kind === 'paused' || waitedMs >= WAIT_FOR_OTHERS_MS) throw toPause(decision.milliseconds);
      await clock.wait(LOOK_AGAIN_AFTER_MS, new AbortController().signal);
    }
  };
  const settle = (id: string | null, outcome: history.LoginOutcome): Promise<history.LoginHistory> => {
    const settling = { id, fingerprint, nowMs: stamp(), mayBeInFlight };
    return shared.note((noted) => history.settle(noted, settling, outcome), outcome.kind === 'succeeded');
  };
  const rejected = async (id: string | null, said: UpstreamSaid): Promise<ReportError> =>
    history.toSignInRefused(await settle(id, { kind: 'rejected', said }), fingerprint);

  return {
    check: () => whenFree((noted) => noted),
    async begin() {
      const id = newId();
      await whenFree((noted) => history.begin(noted, { id, atMs: stamp() }));
      return {
        rejected: (said) => rejected(id, said),
        async settle(outcome) {
          await settle(id, outcome);
        },
      };
    },
    rejected: (said) => rejected(null, said),
  };
}

type Decision =
  | { readonly kind: 'free' }
  | { readonly kind: 'blocked'; readonly error: ReportError }
  /** Another process has a login under way. */
  | { readonly kind: 'busy' | 'paused'; readonly milliseconds: number };

function toPause(milliseconds: number): ReportError {
  return new ReportError(
    'UPSTREAM_UNAVAILABLE',
    'The last sign-in failed, or has no outcome yet, and the next one waits. Try again after the time in retryAfterSeconds.',
    { notAsked: true, isOutage: true, retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1000)) },
  );
}

/** How old is what other processes noted, however the time of day is set meanwhile. */
export interface Ages {
  /** Milliseconds: by the time of day when it is first asked for, by the monotonic clock from then on. */
  of(notedAtMs: number): number;
}

const MAX_REMEMBERED = 100;

export function createAges({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>): Ages {
  const bornAt = new Map<number, number>();
  return {
    of(notedAtMs) {
      const born = bornAt.get(notedAtMs) ?? monotonic() - Math.max(0, now() - notedAtMs);
      bornAt.delete(notedAtMs);
      bornAt.set(notedAtMs, born);
      const [oldest] = bornAt.keys();
      if (bornAt.size > MAX_REMEMBERED && oldest !== undefined) bornAt.delete(oldest);
      return monotonic() - born;
    },
  };
}
