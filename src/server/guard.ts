import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../domain/access.ts';
import { ReportError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { sendError } from './error-answer.ts';

/** Stands before whatever answers with figures. */
export interface Guard {
  /** Lets a request in once it is known who sends it, and answers it with 401 or 503 where that is not. */
  protect(listener: RequestListener): RequestListener;
  /** What was found of a request that was let in. Throws where it was not. */
  accessOf(request: IncomingMessage): Access;
}

export interface GuardOptions {
  readonly authenticate: Authenticate;
  /** Whether a request asks for nothing of anybody's, such as a page that is the same for all. */
  readonly isOpen: (request: IncomingMessage) => boolean;
  readonly log: Log;
}

export function createGuard({ authenticate, isOpen, log }: GuardOptions): Guard {
  const accesses = new WeakMap<IncomingMessage, Access>();

  const refuse = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    if (error instanceof ReportError && error.code === 'AUTHENTICATION_UNAVAILABLE') {
      sendError(request, response, 503, error);
    } else if (error instanceof ReportError && error.code === 'UNAUTHENTICATED') {
      sendError(request, response, 401, error, { 'WWW-Authenticate': toChallenge(request) });
    } else {
      log.error({ err: error }, 'unexpected error while a caller signed in');
      sendError(request, response, 500, new ReportError('AUTHENTICATION_UNAVAILABLE', 'Unexpected error.'));
    }
  };

  return {
    protect: (listener) => (request, response) => {
      const admit = (access: Access): void => {
        accesses.set(request, access);
        listener(request, response);
      };
      if (isOpen(request)) {
        listener(request, response);
        return;
      }
      try {
        const access = authenticate(request.headers);
        if (access instanceof Promise) {
          access.then(admit, (error: unknown) => refuse(request, response, error));
        } else admit(access);
      } catch (error) {
        refuse(request, response, error);
      }
    },
    accessOf(request) {
      const access = accesses.get(request);
      if (access === undefined) throw new Error('a request that nobody let in');
      return access;
    },
  };
}

/** RFC 6750, section 3: without a token nothing is said of one. */
function toChallenge({ headers }: IncomingMessage): string {
  return headers.authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
}
