import { standingOf } from '../account.ts';
import type { Call } from '../http/call.ts';
import { PlatformError } from '../http/errors.ts';
import type { BearerTokens } from './bearer-tokens.ts';
import { toDeadSession } from './dead-session.ts';
import type { SessionTokens } from './session-tokens.ts';

/** Checks of the tokens and the account of a call. */
export interface Access {
  requireBearer(call: Call): void;
  /** Checks both tokens of a call. Returns the session token. */
  requireSession(call: Call): string;
  requireAccount(accountNumber: string): void;
}

function gatewayFault(call: Call, code: string, message: string, description: string): PlatformError {
  const accepted = call.headers.accept ?? '';
  const form = accepted.includes('xml') && !accepted.includes('json') ? 'xml' : 'fault';
  return new PlatformError(form, { status: 401, code, message, description });
}

function requireAccount(accountNumber: string): void {
  const standing = standingOf(accountNumber);
  if (standing === 'not-purchased') {
    throw new PlatformError('errorCode', {
      status: 409,
      code: 'HyperPreciseLocation.CONFLICT.ServiceNotPurchased',
      message: `The service is not purchased for account ${accountNumber}.`,
    });
  }
  if (standing === 'hidden') {
    throw new PlatformError('responseCode', {
      status: 403,
      code: 'INVALID_ACCESS',
      message: 'FORBIDDEN',
      description: `The user may not see account ${accountNumber}.`,
    });
  }
}

/** Creates the checks of tokens and accounts. Each throws a PlatformError if a token is missing or dead, or an account may not be used. */
export function createAccess(bearers: BearerTokens, sessions: SessionTokens): Access {
  function requireBearer(call: Call): void {
    const token = /^bearer +(\S+)$/i.exec(call.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      const description =
        "Required OAuth credentials not provided. Make sure your API invocation call has a header: 'Authorization: Bearer ACCESS_TOKEN'";
      throw gatewayFault(call, '900902', 'Missing Credentials', description);
    }
    if (!bearers.isLive(token)) {
      const description = 'Access failure for API. Make sure you have provided the correct security credentials';
      throw gatewayFault(call, '900901', 'Invalid Credentials', description);
    }
  }

  return {
    requireBearer,
    requireSession(call) {
      requireBearer(call);
      const token = call.headers['vz-m2m-token'] ?? '';
      const dead = token === '' ? toDeadSession('codeFormat') : sessions.use(token);
      if (dead !== undefined) throw new PlatformError(dead.body, dead);
      return token;
    },
    requireAccount,
  };
}
