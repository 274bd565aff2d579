import type { JWTPayload } from 'jose';
import type { TokenConfig } from '../../config/auth.ts';
import { toTokenOver, type Access } from '../../domain/access.ts';
import { isAccountNumber } from '../../domain/account.ts';
import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import { createSigningKeys, KeysUnavailable, type FetchKeySet } from './signing-keys.ts';

export interface TokenCheckOptions {
  readonly config: TokenConfig;
  readonly fetchKeySet: FetchKeySet;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Log;
}

/**
 * Returns what the bearer of a token may do. Rejects with UNAUTHENTICATED, or with AUTHENTICATION_UNAVAILABLE if the keys cannot
 * be fetched.
 */
export type TokenCheck = (token: string) => Promise<Access>;

/**
 * Creates a check of JSON Web Tokens: signature, issuer, audience and times (RFC 7519, RFC 8725). Loads jose, which the other
 * modes do not need.
 */
export async function createTokenCheck({ config, fetchKeySet, clock, log }: TokenCheckOptions): Promise<TokenCheck> {
  const jose = await import('jose');
  const { keys, issuer, audience, algorithms, clockSkewSeconds, accountsClaim } = config;
  const findKey = createSigningKeys({
    jose,
    keys,
    fetchKeySet,
    clock,
    onFailure: (error) => log.warn({ err: error }, 'the signing keys of the token issuer cannot be fetched'),
  });

  return async (token) => {
    try {
      const { payload } = await jose.jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        requiredClaims: ['exp'],
        currentDate: new Date(clock.now()),
      });
      return toAccess(payload, accountsClaim, clockSkewSeconds);
    } catch (error) {
      if (error instanceof KeysUnavailable) throw KEYS_UNAVAILABLE();
      throw error instanceof jose.errors.JWTExpired ? toTokenOver() : INVALID();
    }
  };
}

/** Does not say what is wrong with the token, because that would help a forger. */
const INVALID = (): ReportError =>
  new ReportError(
    'UNAUTHENTICATED',
    'The token is not valid here. Send one that the issuer trusted by this server has issued for this API.',
  );

const KEYS_UNAVAILABLE = (): ReportError =>
  new ReportError(
    'AUTHENTICATION_UNAVAILABLE',
    'Tokens cannot be checked at the moment, because the signing keys cannot be fetched. Try again in a moment.',
    { retryAfterSeconds: 5 },
  );

function toAccess(payload: JWTPayload, accountsClaim: string, clockSkewSeconds: number): Access {
  const { iss = '', sub, exp = 0, client_id: clientId, azp } = payload;
  const who = [sub, clientId, azp].find((name) => typeof name === 'string');
  return {
    principal: JSON.stringify([iss, who ?? payload.jti ?? '']),
    accounts: new Set(toNames(payload[accountsClaim]).filter(isAccountNumber)),
    scopes: new Set([...toNames(payload['scope']), ...toNames(payload['scp'])]),
    endsAtMs: (exp + clockSkewSeconds) * 1_000,
    tokens: null,
    owner: '',
  };
}

/** Issuers write a list as an array, or as a string with spaces or commas. */
function toNames(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/[\s,]+/);
  return Array.isArray(claim) ? claim.filter((name) => typeof name === 'string') : [];
}
