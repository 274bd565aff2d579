import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { ReportError } from '../../domain/errors.ts';
import { readBearerToken } from './bearer-token.ts';

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
    caller: toDigest(`${bearer} ${session}`),
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
