import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { ReportError } from '../../domain/errors.ts';

const SESSION_HEADER = 'vz-m2m-token';
/** What may stand in a header without a space in it. */
const SESSION_TOKEN = /^[\x21-\x7e]{1,4096}$/;

/** The access of a caller who brings both tokens of the platform, which judges them. Throws UNAUTHENTICATED where one is missing. */
export function readPlatformTokens(headers: IncomingHttpHeaders): Access {
  const bearer = readBearerToken(headers.authorization);
  const session = headers[SESSION_HEADER];
  if (typeof session !== 'string' || !SESSION_TOKEN.test(session)) {
    throw new ReportError(
      'UNAUTHENTICATED',
      'No session token was sent. Send the platform’s tokens in both headers, Authorization: Bearer and VZ-M2M-Token.',
    );
  }
  return {
    principal: toDigest(`${bearer} ${session}`),
    accounts: null,
    scopes: null,
    endsAtMs: null,
    tokens: { bearer, session },
    // The bearer token changes each hour, the session lasts for as long as it is used.
    owner: toDigest(session),
  };
}

function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** What an Authorization header may hold for a token (RFC 6750, section 2.1), and no longer than any header may be. */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** The token of an Authorization header. Throws UNAUTHENTICATED where there is none. */
export function readBearerToken(authorization: string | undefined): string {
  const token = BEARER.exec(authorization ?? '')?.[1];
  if (token !== undefined) return token;
  throw new ReportError(
    'UNAUTHENTICATED',
    authorization === undefined
      ? 'No token was sent. Send the header Authorization: Bearer, with a token.'
      : 'The header Authorization has no bearer token. Send it as Bearer, a space, and the token.',
  );
}
