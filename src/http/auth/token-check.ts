import type { JWTHeaderParameters, JWTPayload } from 'jose';
import type { TokenConfig } from '../../config/auth.ts';
import { toTokenOver, type Access } from '../../domain/access.ts';
import { isAccountNumber } from '../../domain/account.ts';
import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';
import { createSigningKeys, KeysUnavailable, type FetchKeySet } from './signing-keys.ts';
import { createTokenLog } from './token-log.ts';

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
 * Creates a check of JSON Web Tokens: signature, type, issuer, audience, times and the claim with the accounts (RFC 7519, RFC 8725).
 * If the signature is valid but the rest is not, the reason is logged. Loads jose, which the other modes do not need.
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

  const logRefused = createTokenLog(log, clock);

  return async (token) => {
    try {
      const { payload, protectedHeader } = await jose.jwtVerify(token, findKey, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        requiredClaims: ['exp'],
        currentDate: new Date(clock.now()),
      });
      const refused = findFault(protectedHeader, payload, accountsClaim);
      if (refused !== null) {
        logRefused(refused.reason);
        throw refused.error;
      }
      return toAccess(payload, config);
    } catch (error) {
      if (error instanceof ReportError) throw error;
      if (error instanceof KeysUnavailable) throw KEYS_UNAVAILABLE();
      if (error instanceof jose.errors.JWTExpired) throw toTokenOver();
      if (error instanceof jose.errors.JWTClaimValidationFailed)
        logRefused(`the claim ${error.claim} is ${error.reason === 'missing' ? 'missing' : 'not accepted'}`);
      throw INVALID();
    }
  };
}

/** A token with another type was issued for something else, such as ending a session (RFC 8725, section 3.11). In lower case. */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'application/jwt', 'at+jwt', 'application/at+jwt'];
/** The end of the year 9999, in epoch seconds. A later expiry is a mistake, or means none. */
const MAX_EXPIRY = 253_402_300_799;

interface TokenFault {
  readonly reason: string;
  readonly error: ReportError;
}

function findFault({ typ }: JWTHeaderParameters, payload: JWTPayload, accountsClaim: string): TokenFault | null {
  if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ))
    return { reason: 'the header typ is that of another kind of token', error: INVALID() };
  if ((payload.exp ?? Infinity) > MAX_EXPIRY)
    return { reason: 'the claim exp is after the year 9999', error: INVALID() };
  const accounts = Object.hasOwn(payload, accountsClaim) ? payload[accountsClaim] : null;
  if (typeof accounts !== 'string' && !Array.isArray(accounts))
    return { reason: `the claim ${accountsClaim} is missing`, error: toNoAccounts(accountsClaim) };
  return null;
}

function toNoAccounts(accountsClaim: string): ReportError {
  return new ReportError(
    'UNAUTHENTICATED',
    `The token has no claim "${accountsClaim}" with a list of account numbers. Ask the issuer of the token to add it.`,
  );
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

function toAccess(
  payload: JWTPayload,
  {
    accountsClaim,
    scopesClaims,
    clockSkewSeconds,
  }: Pick<TokenConfig, 'accountsClaim' | 'scopesClaims' | 'clockSkewSeconds'>,
): Access {
  const { iss = '', sub, exp = 0, client_id: clientId, azp } = payload;
  const who = [sub, clientId, azp].find((name) => typeof name === 'string' && name !== '');
  const accounts = toNames(payload[accountsClaim]).filter(isAccountNumber);
  return {
    // RFC 9068 requires `sub` and `client_id`. Without them, tokens for the same accounts count as one caller: `jti` is new in each token,
    // so that a new token would be a new caller, with new limits.
    principal: JSON.stringify(who === undefined ? [iss, null, [...accounts].sort()] : [iss, who]),
    accounts: new Set(accounts),
    scopes: new Set(scopesClaims.flatMap((claim) => (Object.hasOwn(payload, claim) ? toNames(payload[claim]) : []))),
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
