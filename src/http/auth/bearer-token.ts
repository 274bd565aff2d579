import { ReportError } from '../../domain/errors.ts';

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
