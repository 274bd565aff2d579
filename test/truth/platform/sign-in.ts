import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { HOUR, MINUTE } from '../calendar.ts';
import { sendDeadBearer, sendDeadSession, sendJson } from './faults.ts';

/** The tokens of the platform: a bearer lives for an hour, a session for 20 idle minutes. */
export interface SignIn {
  /** Answers the token call and the login. False if the path is another. */
  answer(path: string, headers: IncomingHttpHeaders, response: ServerResponse): boolean;
  /** Answers a call whose tokens are dead. False if both are alive. */
  reject(headers: IncomingHttpHeaders, response: ServerResponse): boolean;
  /** The server has started anew and knows no token. */
  forget(): void;
  /** Ends every token of a kind. */
  end(kind: 'sessions' | 'bearers'): void;
}

export function createSignIn(now: () => number, complain: (what: string) => void): SignIn {
  let issued = 0;
  let bearer = { token: '', endsAtMs: 0 };
  /** When each session was used last. */
  const sessions = new Map<string, number>();
  let newest: string | null = null;
  const sessionLives = (session: string): boolean => now() - (sessions.get(session) ?? 0) <= 20 * MINUTE;
  const bearerLives = ({ authorization }: IncomingHttpHeaders): boolean =>
    authorization === `Bearer ${bearer.token}` && now() < bearer.endsAtMs;
  return {
    answer(path, headers, response) {
      if (path === '/ts/v1/oauth2/token') {
        if (now() >= bearer.endsAtMs) bearer = { token: `bearer-${(issued += 1)}`, endsAtMs: now() + HOUR };
        const expiresIn = Math.floor((bearer.endsAtMs - now()) / 1_000);
        sendJson(response, 200, { access_token: bearer.token, token_type: 'Bearer', expires_in: expiresIn });
        return true;
      }
      if (path !== '/m2m/v1/session/login') return false;
      if (!bearerLives(headers)) sendDeadBearer(response);
      else {
        if (newest !== null && sessionLives(newest)) complain('a login although the session lives');
        const sessionToken = `session-${(issued += 1)}`;
        sessions.set(sessionToken, now());
        newest = sessionToken;
        sendJson(response, 200, { sessionToken });
      }
      return true;
    },
    reject(headers, response) {
      if (!bearerLives(headers)) {
        sendDeadBearer(response);
        return true;
      }
      const session = String(headers['vz-m2m-token']);
      if (!sessionLives(session)) {
        sendDeadSession(response, issued);
        return true;
      }
      sessions.set(session, now());
      return false;
    },
    forget: () => void (newest = null),
    end(kind) {
      if (kind === 'sessions') sessions.clear();
      else bearer = { token: '', endsAtMs: 0 };
    },
  };
}
