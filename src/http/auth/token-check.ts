import type { JWTPayload } from 'jose';
import type { TokenConfig } from '../../config/auth.ts';
import type { Access } from '../../domain/access.ts';
import { isAccountNumber } from '../../domain/account.ts';
import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import { createSigningKeys, KeysUnavailable } from './signing-keys.ts';

export interface TokenCheckOptions {
  readonly config: TokenConfig;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Log;
}

/** What a token lets its bearer do. Rejects with UNAUTHENTICATED, or AUTHENTICATION_UNAVAILABLE where the keys cannot be had. */
export type TokenCheck = (token: string) => Promise<Access>;

/** Checks JSON Web Tokens: signature, issuer, audience and times (RFC 7519, RFC 8725). Loads jose, which others need not. */
export async function createTokenCheck({ config, clock, log }: TokenCheckOptions): Promise<TokenCheck> {
  const jose = await import('jose');
  const { keys, issuer, audience, algorithms, clockSkewSeconds, accountsClaim } = config;
  const findKey = createSigningKeys({
    jose,
    keys,
    clock,
    onFailure: (error) => log.warn({ err: error }, 'the keys that tokens are signed with cannot be had'),
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

/** The error of a token whose time is over. */
export function toTokenOver(): ReportError {
  return new ReportError('UNAUTHENTICATED', 'The token has expired. Get a new one, and send that.');
}

/** No word on what is wrong with it: that would help whoever forges one. */
const INVALID = (): ReportError =>
  new ReportError(
    'UNAUTHENTICATED',
    'The token is not valid here. Get one from the issuer that this server trusts, made for this API.',
  );

const KEYS_UNAVAILABLE = (): ReportError =>
  new ReportError(
    'AUTHENTICATION_UNAVAILABLE',
    'Tokens cannot be checked just now: the keys that they are signed with cannot be had. Try again in a moment.',
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

/** Issuers write a list as an array, or as a text with spaces or commas between. */
function toNames(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/[\s,]+/);
  return Array.isArray(claim) ? claim.filter((name) => typeof name === 'string') : [];
}
