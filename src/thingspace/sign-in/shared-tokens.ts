import type { Clock } from '../../domain/clock.ts';
import type { KeyValueStore } from '../../domain/key-values.ts';
import type { ReleaseLock, SharedLocks } from '../../domain/shared-locks.ts';
import type { Tokens } from '../credentials.ts';
import { NO_TOKENS, type StoredTokens, type TokenSeal } from './token-seal.ts';

/** The tokens that servers with the same credentials and the same database share, so that all of them sign in once. */
export interface SharedTokens {
  /**
   * Offers the stored tokens to `takeOver`. If it returns null, runs `signIn`, which stores what it gets: one server at a time, while the
   * others wait for its tokens. If the database is not available, or another server takes long, this one signs in without waiting, so
   * that a platform that hangs is noticed by each. Rejects as `signIn` does.
   */
  obtain(takeOver: (stored: StoredTokens) => Tokens | null, signIn: () => Promise<Tokens>): Promise<Tokens>;
  /** The tokens that are stored; none if the database is not available. Never rejects. */
  read(): Promise<StoredTokens>;
  /** Stores a new token beside the other one. If that fails, nobody else gets it. Never rejects. */
  store(token: Partial<StoredTokens>): Promise<void>;
}

export interface SharedTokensOptions {
  readonly keyValues: KeyValueStore;
  readonly locks: SharedLocks;
  readonly seal: TokenSeal;
  readonly clock: Pick<Clock, 'monotonic' | 'wait'>;
}

/** The tokens of a server that shares its database with no other. */
export const UNSHARED_TOKENS: SharedTokens = {
  obtain: (_, signIn) => signIn(),
  read: () => Promise.resolve(NO_TOKENS),
  store: () => Promise.resolve(),
};

const WAIT_FOR_OTHERS_MS = 5_000;
const LOOK_AGAIN_AFTER_MS = 100;
/** Other servers change the tokens only while they sign in, one at a time. */
const MAX_TRIES = 5;

/** Creates the tokens that are stored under the name of the seal. */
export function createSharedTokens({ keyValues, locks, seal, clock }: SharedTokensOptions): SharedTokens {
  const read = async (): Promise<StoredTokens> => seal.open(await keyValues.get(seal.name).catch(() => null));
  const tryAcquire = (): Promise<ReleaseLock | null> =>
    locks.tryAcquire(seal.name).catch((): ReleaseLock => () => Promise.resolve());
  const add = async (token: Partial<StoredTokens>): Promise<void> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const text = await keyValues.get(seal.name);
      if (await keyValues.compareAndSet(seal.name, text, seal.seal({ ...seal.open(text), ...token }))) return;
    }
  };

  return {
    async obtain(takeOver, signIn) {
      const signal = new AbortController().signal;
      const giveUpAtMs = clock.monotonic() + WAIT_FOR_OTHERS_MS;
      while (clock.monotonic() < giveUpAtMs) {
        const release = await tryAcquire();
        try {
          const taken = takeOver(await read());
          if (taken !== null) return taken;
          if (release !== null) return await signIn();
        } finally {
          void release?.();
        }
        await clock.wait(LOOK_AGAIN_AFTER_MS, signal);
      }
      return signIn();
    },
    read,
    store: (token) => add(token).catch(() => undefined),
  };
}
