import { createPublicKey, type KeyObject } from 'node:crypto';
import type * as Jose from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose';
import type { TokenConfig } from '../../config/auth.ts';
import type { Clock } from '../../domain/clock.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/durations.ts';

/**
 * Finds the key that a token is signed with. Throws jose's error if there is none, and KeysUnavailable if the keys cannot be
 * fetched.
 */
export type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey> | KeyObject;

/** The signing keys could not be fetched from their URL. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Fetches a key set: a response of any status. Rejects if there is none, or with the signal's reason. */
export type FetchKeySet = (
  url: string,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body: string }>;

export interface SigningKeysOptions {
  readonly jose: typeof Jose;
  readonly keys: TokenConfig['keys'];
  readonly fetchKeySet: FetchKeySet;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Called after each failure to fetch the keys. */
  readonly onFailure: (error: unknown) => void;
}

const REFRESH_AFTER_MS = 10 * MINUTE_MS;
/** How long cached keys stay valid while their URL does not respond. */
const FORGET_AFTER_MS = HOUR_MS;
const FETCH_TIMEOUT_MS = 5_000;
/** Minimum time between fetches for unknown keys. Without it, made-up key ids would make this server fetch all the time. */
const ASK_AGAIN_AFTER_MS = 30_000;
/** The same after a failed fetch. It is shorter, because the unknown key may be a valid one. */
const ASK_AGAIN_AFTER_FAILURE_MS = 5_000;

/** Finds the configured key, or keys at a URL (RFC 7517), which are fetched when first needed and again in the background. */
export function createSigningKeys({ jose, keys, fetchKeySet, clock, onFailure }: SigningKeysOptions): FindKey {
  if ('publicKey' in keys) {
    const key = createPublicKey(keys.publicKey);
    return () => key;
  }
  const published = jose.createRemoteJWKSet(new URL(keys.jwksUrl), {
    cacheMaxAge: FORGET_AFTER_MS,
    // jose starts its own cooldown after a response, so that it would fetch for every unknown key while the URL does not respond.
    cooldownDuration: Infinity,
    timeoutDuration: FETCH_TIMEOUT_MS,
    [jose.customFetch]: async (url, { signal }) => {
      const { status, body } = await fetchKeySet(url, signal);
      return new Response(body === '' ? null : body, { status });
    },
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
  return new KeysUnavailable('the signing keys cannot be fetched', { cause });
}
