import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/clock.ts';
import { ReportError, type UpstreamSaid } from '../../domain/errors.ts';
import type { KeyValueStore } from '../../domain/key-values.ts';
import { type Credentials, toFingerprint, toHistoryKey } from '../credentials.ts';
import * as history from './login-history.ts';
import { createSharedHistory } from './shared-history.ts';
import { toSignInRefused } from './sign-in-refused.ts';

/** Keeps the failed logins of all processes together below the carrier's limit: five in a row lock the user. */
export interface LockoutGuard {
  /**
   * Throws SIGN_IN_REFUSED while sign-in is blocked, UPSTREAM_UNAVAILABLE while it pauses after a failure, and STORE_UNAVAILABLE
   * if the history cannot be read. Waits briefly for another login in flight.
   */
  check(): Promise<void>;
  /**
   * Checks, then records a login before it is sent: if the process ends before the outcome is known,
   * the login counts as possibly failed.
   */
  begin(): Promise<LoginAttempt>;
  /** Records that the platform rejected the client id and secret. Returns the error to throw. */
  rejected(said: UpstreamSaid): Promise<ReportError>;
}

/** A recorded login. Call exactly one of these when it ends; neither throws. */
export interface LoginAttempt {
  /** The platform rejected the credentials. Returns the error to throw. */
  rejected(said: UpstreamSaid): Promise<ReportError>;
  settle(outcome: Exclude<history.LoginOutcome, { readonly kind: 'rejected' }>): Promise<void>;
}

export interface LockoutGuardOptions {
  readonly keyValues: KeyValueStore;
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Maximum time from recording a login to recording its outcome, in milliseconds. */
  readonly maxLoginMs: number;
  /** Called with SIGN_IN_REFUSED when this process first finds sign-in blocked, and again only if it was free in between. */
  readonly onBlocked: (refused: ReportError) => void;
  /** Called when a login has ended; by default nothing is. */
  readonly onLogin?: (outcome: history.LoginOutcome['kind']) => void;
}

const WAIT_FOR_OTHERS_MS = 5_000;
const LOOK_AGAIN_AFTER_MS = 100;

/**
 * Blocks sign-in after two rejections of the same credentials, and after four logins in a row of a user that failed or may have
 * failed: the carrier locks the user after five. Only one login is in flight at a time, across all processes. After each unknown
 * outcome it pauses, three times as long as after the one before. Failures that the carrier cannot count never block sign-in;
 * from the second in a row on, each is followed by a pause.
 */
export function createLockoutGuard(options: LockoutGuardOptions): LockoutGuard {
  const { keyValues, baseUrl, credentials, clock, newId, maxLoginMs, onBlocked, onLogin } = options;
  const shared = createSharedHistory(keyValues, toHistoryKey(baseUrl, credentials));
  const fingerprint = toFingerprint(baseUrl, credentials);
  const ages = createAges(clock);
  const mayBeInFlight = ({ atMs }: history.NotedLogin): boolean => ages.of(atMs) < maxLoginMs;

  /** From now on the age of this time is measured by the monotonic clock, whatever happens to the time of day. */
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
    if (isBlocked && live.length === 0) return { kind: 'blocked', error: toSignInRefused(noted, fingerprint) };
    // A login in flight may be rejected too.
    if (isBlocked || times + live.length >= history.MAX_REJECTIONS) return { kind: 'busy', milliseconds: othersMs };
    if (pauseMs <= 0) return { kind: 'free' };
    return { kind: live.length > 0 ? 'busy' : 'paused', milliseconds: pauseMs };
  };
  let isBlocked = false;
  const notify = (decision: Decision): void => {
    if (decision.kind === 'blocked' && !isBlocked) onBlocked(decision.error);
    if (decision.kind === 'blocked' || decision.kind === 'free') isBlocked = decision.kind === 'blocked';
  };
  /** Applies the step as soon as sign-in is allowed. */
  const whenFree = async (step: (noted: history.LoginHistory) => history.LoginHistory): Promise<void> => {
    for (let waitedMs = 0; ; waitedMs += LOOK_AGAIN_AFTER_MS) {
      const decision = await shared.decide((noted) => {
        const result = decide(noted);
        return { next: result.kind === 'free' ? step(noted) : noted, result };
      });
      notify(decision);
      if (decision.kind === 'free') return;
      if (decision.kind === 'blocked') throw decision.error;
      if (decision.kind === 'paused' || waitedMs >= WAIT_FOR_OTHERS_MS) throw toPause(decision.milliseconds);
      await clock.wait(LOOK_AGAIN_AFTER_MS, new AbortController().signal);
    }
  };
  const settle = async (id: string | null, outcome: history.LoginOutcome): Promise<history.LoginHistory> => {
    const settling = { id, fingerprint, nowMs: stamp(), mayBeInFlight };
    const noted = await shared.note(
      (before) => history.settle(before, settling, outcome),
      outcome.kind === 'succeeded',
    );
    onLogin?.(outcome.kind);
    notify(decide(noted));
    return noted;
  };
  const rejected = async (id: string | null, said: UpstreamSaid): Promise<ReportError> => {
    const credentials = id === null ? 'application' : 'user';
    return toSignInRefused(await settle(id, { kind: 'rejected', said, credentials }), fingerprint);
  };

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
  /** Busy: another login is in flight. Paused: the last login failed, or its outcome is unknown. */
  | { readonly kind: 'busy' | 'paused'; readonly milliseconds: number };

function toPause(milliseconds: number): ReportError {
  return new ReportError(
    'UPSTREAM_UNAVAILABLE',
    'The last sign-in failed or has no outcome yet, so the next one is delayed. Try again after the time in retryAfterSeconds.',
    { notAsked: true, isOutage: true, retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1000)) },
  );
}

/** The age of what any process recorded, unaffected by changes of the time of day. */
export interface Ages {
  /** Age in milliseconds: by the time of day when first asked about this time, by the monotonic clock from then on. */
  of(notedAtMs: number): number;
}

const MAX_REMEMBERED = 100;

/** Creates ages that remember the latest hundred times. */
export function createAges({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>): Ages {
  const bornAt = new LRUCache<number, number>({ max: MAX_REMEMBERED });
  return {
    of(notedAtMs) {
      const born = bornAt.get(notedAtMs) ?? monotonic() - Math.max(0, now() - notedAtMs);
      bornAt.set(notedAtMs, born);
      return monotonic() - born;
    },
  };
}
