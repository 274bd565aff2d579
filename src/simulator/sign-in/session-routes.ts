import { PlatformError } from '../http/errors.ts';
import { readJsonBody, requiredText } from '../http/json-object.ts';
import { jsonReply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import type { Access } from './access.ts';
import type { SessionTokens } from './session-tokens.ts';
import type { User } from './user.ts';

/** Handles the login and logout calls. */
export function createSessionRoutes(
  access: Access,
  sessions: SessionTokens,
  user: User,
): { login: Handler; logout: Handler } {
  return {
    login(call) {
      access.requireBearer(call);
      const body = readJsonBody(call);
      const outcome = user.attempt(requiredText(body, 'username'), requiredText(body, 'password'));
      if (outcome === 'accepted') return jsonReply(200, { sessionToken: sessions.open() });
      const [code, message] =
        outcome === 'locked'
          ? ['UnifiedWebService.REQUEST_FAILED.User.Locked', 'The user is locked. Contact support.']
          : ['UnifiedWebService.INPUT_INVALID.Credentials.Invalid', 'The user name or the password is wrong.'];
      throw new PlatformError('errorCode', { status: 401, code, message });
    },
    logout(call) {
      const token = access.requireSession(call);
      sessions.end(token);
      return jsonReply(200, { sessionToken: token });
    },
  };
}
