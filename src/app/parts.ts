import type { Clock } from '../domain/clock.ts';
import type { KeyValueStore } from '../domain/key-values.ts';
import type { CheckParts, PartState } from '../http/probes.ts';
import type { CallPoliciesOptions } from '../thingspace/resilience/policy.ts';
import type { SignInEvents } from '../thingspace/sign-in/signed-in-tokens.ts';
import { createHeldRead } from './held-read.ts';

type OnBreaker = CallPoliciesOptions['onBreaker'];

/** Remembers from events whether sign-in works, and whether a circuit breaker is open. */
export interface PlatformState {
  /** Returns events that are remembered and passed on. */
  watchSignIn(events: SignInEvents): SignInEvents;
  watchBreakers(onBreaker: OnBreaker): OnBreaker;
  /** False if the last sign-in failed or sign-in is blocked. */
  isSigningIn(): boolean;
  /** Whether the breaker of the platform is open. */
  isPlatformOpen(): boolean;
  /** Number of accounts whose own breaker is open. */
  countOpenAccounts(): number;
  /** The accounts whose breaker is open; null is the platform. */
  openBreakers(): Iterable<string | null>;
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
    isSigningIn: () => isSigningIn,
    isPlatformOpen: () => open.has(null),
    countOpenAccounts: () => open.size - (open.has(null) ? 1 : 0),
    openBreakers: () => open,
  };
}

export interface PartsOptions {
  readonly isStoreAvailable: () => Promise<boolean>;
  readonly platform: PlatformState;
  /** Whether the callback listener of every account is this server, as far as is known; null if nothing is. */
  readonly hasListener: () => boolean | null;
  /** Whether callback messages wait on disk for the store. */
  readonly isSpooling: () => boolean;
}

/** Creates the check of all parts. It makes no call to the platform, and takes no longer than that of the store. */
export function createCheckParts(options: PartsOptions): CheckParts {
  const { isStoreAvailable, platform, hasListener, isSpooling } = options;
  return async () => ({
    store: toState(await isStoreAvailable()),
    signIn: toState(platform.isSigningIn()),
    breaker: toState(!platform.isPlatformOpen() && platform.countOpenAccounts() === 0),
    listener: toState(hasListener() !== false),
    spool: toState(!isSpooling()),
  });
}

/** Creates the check of the store: at most once a second, however many ask, and within a second. */
export function createStoreCheck(
  keyValues: KeyValueStore,
  clock: Pick<Clock, 'monotonic' | 'after'>,
): () => Promise<boolean> {
  const probe = createHeldRead(() => keyValues.get('probe').then(() => true), clock);
  return async () => (await probe()) === true;
}

function toState(isOk: boolean): PartState {
  return isOk ? 'ok' : 'degraded';
}
