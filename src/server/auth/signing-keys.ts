import { createPublicKey, type KeyObject } from 'node:crypto';
import type * as Jose from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose';
import type { TokenConfig } from '../../auth-config.ts';

/** The key that a token says it is signed with. Throws jose's error where there is none, KeysUnavailable where they cannot be had. */
export type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey> | KeyObject;

/** The keys are somewhere else, and that does not answer. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export interface SigningKeysOptions {
  readonly jose: typeof Jose;
  readonly keys: TokenConfig['keys'];
  readonly now: () => number;
  /** Told of each failure to get the keys anew. */
  readonly onTrouble: (error: unknown) => void;
}

const REFRESH_AFTER_MS = 10 * 60_000;
/** Known keys outlive an outage of whoever publishes them by so long. */
const FORGET_AFTER_MS = 60 * 60_000;
const FETCH_TIMEOUT_MS = 5_000;
/** An unknown key is asked for no more often: else whoever makes up key ids would have us ask all the time. */
const ASK_AGAIN_AFTER_MS = 30_000;

/** The configured key, or those that an address publishes (RFC 7517): got when first needed, and again in the background. */
export function createSigningKeys({ jose, keys, now, onTrouble }: SigningKeysOptions): FindKey {
  if ('publicKey' in keys) {
    const key = createPublicKey(keys.publicKey);
    return () => key;
  }
  const published = jose.createRemoteJWKSet(new URL(keys.jwksUrl), {
    cacheMaxAge: FORGET_AFTER_MS,
    cooldownDuration: ASK_AGAIN_AFTER_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
  });
  let askedAtMs = now();
  const isUnknownKey = (error: unknown): boolean =>
    error instanceof jose.errors.JWKSNoMatchingKey ||
    error instanceof jose.errors.JWKSMultipleMatchingKeys ||
    error instanceof jose.errors.JOSENotSupported;

  return async (header, token) => {
    if (now() - askedAtMs > REFRESH_AFTER_MS && published.fresh) {
      askedAtMs = now();
      published.reload().catch(onTrouble);
    }
    try {
      return await published(header, token);
    } catch (error) {
      if (isUnknownKey(error)) throw error;
      onTrouble(error);
      throw new KeysUnavailable('the signing keys cannot be had', { cause: error });
    }
  };
}
