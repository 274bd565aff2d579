import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../domain/access.ts';
import { ReportError } from '../domain/errors.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { sendErrorResponse, type ErrorResponse } from './error-response.ts';
import type { LogUnexpected } from './log-unexpected.ts';
import type { PrincipalRate } from './rate-limit.ts';

/** Stands before whatever answers with figures. */
export interface Guard {
  /** Lets a request in once it is known who sends it; answers it with 401 or 503 where that is not, with 429 where too many came. */
  protect(listener: RequestListener): RequestListener;
  /** What was found of a request that was let in. Throws where it was not. */
  accessOf(request: IncomingMessage): Access;
}

export interface GuardOptions {
  readonly authenticate: Authenticate;
  /** Whether a request asks for nothing of anybody's, such as a page that is the same for all. */
  readonly isOpen: (request: IncomingMessage) => boolean;
  readonly rate: PrincipalRate;
  readonly logUnexpected: LogUnexpected;
}

/** On the request itself: a WeakMap of all requests costs more than the rest of the guard. */
const ACCESS = Symbol('access');

type AdmittedRequest = IncomingMessage & { readonly [ACCESS]?: Access };

export function createGuard({ authenticate, isOpen, rate, logUnexpected }: GuardOptions): Guard {
  const toErrorResponse = (request: IncomingMessage, error: unknown): ErrorResponse => {
    if (error instanceof ReportError) {
      const { code, message, details } = error;
      if (code === 'UNAUTHENTICATED') {
        return { status: 401, code, message, headers: { 'WWW-Authenticate': toChallenge(request) } };
      }
      if (code === 'AUTHENTICATION_UNAVAILABLE') {
        const { retryAfterSeconds = 1 } = details;
        return { status: 503, code, message, retryAfterSeconds };
      }
    }
    const errorId = logUnexpected({ err: error }, 'unexpected error while a caller signed in');
    return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.', extensions: { errorId } };
  };
  const isWithinRate = (request: IncomingMessage, response: ServerResponse, access: Access | null): boolean => {
    const { allowed, retryAfterSeconds } = rate(request, access);
    if (!allowed) sendErrorResponse(response, toRateLimited(retryAfterSeconds));
    return allowed;
  };
  // Who tries out tokens is told so often whether one is right, and no oftener.
  const reject = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    if (isWithinRate(request, response, null)) sendErrorResponse(response, toErrorResponse(request, error));
  };

  return {
    protect: (listener) => (request, response) => {
      const admit = (access: Access): void => {
        if (!isWithinRate(request, response, access)) return;
        listener(Object.assign(request, { [ACCESS]: access }), response);
      };
      if (isOpen(request)) {
        if (isWithinRate(request, response, null)) listener(request, response);
        return;
      }
      try {
        const access = authenticate(request.headers);
        if (access instanceof Promise) {
          access.then(admit, (error: unknown) => reject(request, response, error));
        } else admit(access);
      } catch (error) {
        reject(request, response, error);
      }
    },
    accessOf({ [ACCESS]: access }: AdmittedRequest) {
      if (access === undefined) throw new Error('a request that nobody let in');
      return access;
    },
  };
}

/** RFC 6750, section 3: without a token nothing is said of one. */
function toChallenge({ headers }: IncomingMessage): string {
  return headers.authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
}

function toRateLimited(retryAfterSeconds: number): ErrorResponse {
  return {
    status: 429,
    code: 'RATE_LIMITED',
    message: `Too many requests. Send the next one after ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  };
}
