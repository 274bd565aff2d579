import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { ReportError } from '../../domain/errors.ts';

const SESSION_HEADER = 'vz-m2m-token';
/** Visible ASCII characters, without a space. */
const SESSION_TOKEN = /^[\x21-\x7e]{1,4096}$/;

/**
 * Returns the access of a caller that sends both of its platform tokens; the platform checks them. Throws UNAUTHENTICATED if one
 * is missing or malformed.
 */
export function readPlatformTokens(headers: IncomingHttpHeaders): Access {
  const bearer = readBearerToken(headers.authorization);
  const session = headers[SESSION_HEADER];
  if (typeof session !== 'string' || !SESSION_TOKEN.test(session)) {
    throw new ReportError(
      'UNAUTHENTICATED',
      'No valid session token was sent. Send your ThingSpace tokens in both headers, Authorization: Bearer and VZ-M2M-Token.',
    );
  }
  return {
    principal: hash('sha256', `${bearer} ${session}`, 'base64url'),
    accounts: null,
    scopes: null,
    endsAtMs: null,
    tokens: { bearer, session },
    // The bearer token changes every hour; the session lasts as long as it is used.
    owner: hash('sha256', session, 'base64url'),
  };
}

/** A bearer token (RFC 6750, section 2.1). Its length is limited only by that of all headers. */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Returns the bearer token of a header Authorization. Throws UNAUTHENTICATED if there is none. */
export function readBearerToken(authorization: string | undefined): string {
  const token = BEARER.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new ReportError(
    'UNAUTHENTICATED',
    authorization === undefined
      ? 'No token was sent. Send it in the header Authorization, as Bearer, a space, and the token.'
      : 'The header Authorization has no valid bearer token. Send it as Bearer, a space, and the token.',
  );
}
