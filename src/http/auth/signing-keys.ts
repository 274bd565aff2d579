import { createPublicKey, type KeyObject } from 'node:crypto';
import type * as Jose from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose';
import type { TokenConfig } from '../../config/auth.ts';
import type { Clock } from '../../domain/clock.ts';

/** The key that a token says it is signed with. Throws jose's error where there is none, KeysUnavailable where they cannot be had. */
export type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey> | KeyObject;

/** The keys are somewhere else, and that does not answer. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export interface SigningKeysOptions {
  readonly jose: typeof Jose;
  readonly keys: TokenConfig['keys'];
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Told of each failure to get the keys anew. */
  readonly onFailure: (error: unknown) => void;
}

const REFRESH_AFTER_MS = 10 * 60_000;
/** Known keys outlive an outage of whoever publishes them by so long. */
const FORGET_AFTER_MS = 60 * 60_000;
const FETCH_TIMEOUT_MS = 5_000;
/** An unknown key is asked for no more often: else whoever makes up key ids would have us ask all the time. */
const ASK_AGAIN_AFTER_MS = 30_000;
/** The same after a failure, for the key may be a good one. */
const ASK_AGAIN_AFTER_FAILURE_MS = 5_000;

/** The configured key, or those that an address publishes (RFC 7517): got when first needed, and again in the background. */
export function createSigningKeys({ jose, keys, clock, onFailure }: SigningKeysOptions): FindKey {
  if ('publicKey' in keys) {
    const key = createPublicKey(keys.publicKey);
    return () => key;
  }
  const published = jose.createRemoteJWKSet(new URL(keys.jwksUrl), {
    cacheMaxAge: FORGET_AFTER_MS,
    // Its own pause begins with the last answer, so that it would ask for each unknown key while nobody answers.
    cooldownDuration: Infinity,
    timeoutDuration: FETCH_TIMEOUT_MS,
  });
  let asking: Promise<void> | null = null;
  let askedAtMs = -Infinity;
  let hasFailed = false;

  const ask = (): Promise<void> => {
    askedAtMs = clock.monotonic();
    asking ??= published
      .reload()
      .then(
        () => {
          hasFailed = false;
        },
        (error: unknown) => {
          hasFailed = true;
          onFailure(error);
          throw toUnavailable(error);
        },
      )
      .finally(() => {
        asking = null;
      });
    return asking;
  };
  const askForUnknown = async (error: unknown): Promise<void> => {
    const pauseMs = hasFailed ? ASK_AGAIN_AFTER_FAILURE_MS : ASK_AGAIN_AFTER_MS;
    if (asking === null && clock.monotonic() - askedAtMs < pauseMs) throw hasFailed ? toUnavailable(error) : error;
    await ask();
  };

  return async (header, token) => {
    if (!published.fresh) await ask();
    else if (clock.monotonic() - askedAtMs > REFRESH_AFTER_MS) ask().catch(() => null);
    try {
      return await published(header, token);
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error;
      await askForUnknown(error);
      return published(header, token);
    }
  };
}

function toUnavailable(cause: unknown): KeysUnavailable {
  return new KeysUnavailable('the signing keys cannot be had', { cause });
}
