import type { Clock } from '../domain/clock.ts';
import type { KeyValueStore } from '../domain/key-values.ts';
import type { CheckParts, PartState } from '../http/probes.ts';
import type { CallPoliciesOptions } from '../thingspace/resilience/policy.ts';
import type { SignInEvents } from '../thingspace/sign-in/signed-in-tokens.ts';

type OnBreaker = CallPoliciesOptions['onBreaker'];

/** Remembers from events whether sign-in works, and whether a circuit breaker is open. */
export interface PlatformState {
  /** Returns events that are remembered and passed on. */
  watchSignIn(events: SignInEvents): SignInEvents;
  watchBreakers(onBreaker: OnBreaker): OnBreaker;
  signIn(): PartState;
  breaker(): PartState;
}

/** Creates the state of a platform that has not failed yet. */
export function createPlatformState(): PlatformState {
  /** Accounts whose breaker is open; null is the platform. They are as few as the breakers remember. */
  const open = new Set<string | null>();
  let isSigningIn = true;
  return {
    watchSignIn: ({ onSignInFailure, onSignInBlocked }) => ({
      onSignInFailure(failure) {
        isSigningIn = failure === null;
        onSignInFailure(failure);
      },
      onSignInBlocked(failure, advice) {
        isSigningIn = false;
        onSignInBlocked(failure, advice);
      },
    }),
    watchBreakers: (onBreaker) => (failure, accountNumber) => {
      if (failure === null) open.delete(accountNumber);
      else open.add(accountNumber);
      onBreaker(failure, accountNumber);
    },
    signIn: () => toState(isSigningIn),
    breaker: () => toState(open.size === 0),
  };
}

export interface PartsOptions {
  readonly keyValues: KeyValueStore;
  readonly platform: PlatformState;
  /** Whether a callback listener is known to be another server's. */
  readonly hasLostListener: () => boolean;
  /** Whether callback messages wait on disk for the store. */
  readonly isSpooling: () => boolean;
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
}

/** The store is asked at most once in this time, however many probes there are. */
const STORE_HOLDS_MS = 1_000;
const MAX_STORE_MS = 1_000;

/** Creates the check of all parts. It makes no call to the platform, and takes at most a second. */
export function createCheckParts(options: PartsOptions): CheckParts {
  const { keyValues, platform, hasLostListener, isSpooling, clock } = options;
  let asked: { readonly atMs: number; readonly state: Promise<PartState> } | null = null;
  const askStore = (): Promise<PartState> =>
    new Promise((resolve) => {
      const cancel = clock.after(MAX_STORE_MS, () => resolve('degraded'));
      const end = (state: PartState): void => {
        cancel();
        resolve(state);
      };
      keyValues.get('probe').then(
        () => end('ok'),
        () => end('degraded'),
      );
    });
  const checkStore = (): Promise<PartState> => {
    const atMs = clock.monotonic();
    if (asked === null || atMs - asked.atMs >= STORE_HOLDS_MS) asked = { atMs, state: askStore() };
    return asked.state;
  };
  return async () => ({
    store: await checkStore(),
    signIn: platform.signIn(),
    breaker: platform.breaker(),
    listener: toState(!hasLostListener()),
    spool: toState(!isSpooling()),
  });
}

function toState(isOk: boolean): PartState {
  return isOk ? 'ok' : 'degraded';
}
