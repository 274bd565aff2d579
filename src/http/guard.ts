import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../domain/access.ts';
import { ReportError } from '../domain/errors.ts';
import type { Admission } from './admission.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { sendErrorResponse, type ErrorResponse } from './error-response.ts';
import type { LogUnexpected } from './log-unexpected.ts';
import type { ToPrincipalKey } from './rate-limit.ts';
import { onResponseClose } from './response-close.ts';

/** Authenticates requests and limits their rate, in front of everything that returns data. */
export interface Guard {
  /**
   * Passes on a request when its sender is known. Otherwise sends 401 or 503, or 429 if the sender has sent too many. `isOpen` decides
   * which requests are passed on without that; by default, those of the options.
   */
  protect(listener: RequestListener, isOpen?: (request: IncomingMessage) => boolean): RequestListener;
  /** The access of a request; null if it was passed on without one. */
  findAccess(request: IncomingMessage): Access | null;
  /** The access of a request that was admitted. Throws if it was not. */
  accessOf(request: IncomingMessage): Access;
}

export interface GuardOptions {
  readonly authenticate: Authenticate;
  /** Whether a request asks for nothing private, such as a page that is the same for everyone. */
  readonly isOpen: (request: IncomingMessage) => boolean;
  readonly admission: Admission;
  readonly toPrincipalKey: ToPrincipalKey;
  readonly logUnexpected: LogUnexpected;
}

/** Stored on the request itself, because a WeakMap of all requests costs more than the rest of the guard. */
const ACCESS = Symbol('access');

type AdmittedRequest = IncomingMessage & { readonly [ACCESS]?: Access };

/** Creates a guard. Failed authentication counts by the client's address. */
export function createGuard(options: GuardOptions): Guard {
  const { authenticate, admission, toPrincipalKey, logUnexpected } = options;
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
    const errorId = logUnexpected({ err: error }, 'unexpected error during authentication');
    return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.', extensions: { errorId } };
  };
  const pass = (request: IncomingMessage, response: ServerResponse, access: Access | null, work: () => void): void => {
    const error = admission.run(
      () => toPrincipalKey(request, access),
      (listener) => onResponseClose(request, response, listener),
      work,
    );
    if (error !== null) sendErrorResponse(response, error);
  };
  // The rate limit also bounds how fast tokens can be tried out.
  const reject = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    const tooMany = admission.count(() => toPrincipalKey(request, null));
    sendErrorResponse(response, tooMany ?? toErrorResponse(request, error));
  };

  return {
    protect:
      (listener, isOpen = options.isOpen) =>
      (request, response) => {
        const admit = (access: Access): void => {
          pass(request, response, access, () => listener(Object.assign(request, { [ACCESS]: access }), response));
        };
        if (isOpen(request)) {
          pass(request, response, null, () => listener(request, response));
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
    findAccess: ({ [ACCESS]: access }: AdmittedRequest) => access ?? null,
    accessOf({ [ACCESS]: access }: AdmittedRequest) {
      if (access === undefined) throw new Error('the guard did not admit this request');
      return access;
    },
  };
}

/** RFC 6750, section 3: without a token, the challenge has no error code. */
function toChallenge({ headers }: IncomingMessage): string {
  return headers.authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
}
