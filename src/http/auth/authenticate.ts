import type { IncomingHttpHeaders } from 'node:http';
import type { AuthConfig } from '../../config/auth.ts';
import { ANYONE, type Access } from '../../domain/access.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../log.ts';
import { readBearerToken, readPlatformTokens } from './platform-tokens.ts';
import type { FetchKeySet } from './signing-keys.ts';
import { createTokenCheck } from './token-check.ts';

/** Returns the access of a request. Throws or rejects with UNAUTHENTICATED or AUTHENTICATION_UNAVAILABLE. */
export type Authenticate = (headers: IncomingHttpHeaders) => Access | Promise<Access>;

export interface AuthenticateOptions {
  readonly config: AuthConfig;
  readonly fetchKeySet: FetchKeySet;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Log;
}

/** Creates the authentication that the configuration asks for: platform tokens of the caller, none, or JSON Web Tokens. */
export async function createAuthenticate(options: AuthenticateOptions): Promise<Authenticate> {
  const { config } = options;
  if (config.callersBringTokens) return readPlatformTokens;
  if (config.tokens === null) return () => ANYONE;
  const check = await createTokenCheck({ ...options, config: config.tokens });
  return (headers) => check(readBearerToken(headers.authorization));
}
