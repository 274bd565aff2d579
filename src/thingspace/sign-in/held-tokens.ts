import type { Clock } from '../../domain/clock.ts';
import { MINUTE_MS } from '../../domain/durations.ts';
import type { Tokens } from '../credentials.ts';
import type { Secrets } from '../secrets.ts';
import type { StoredTokens } from './token-seal.ts';

/** The tokens that this server uses now. */
export interface HeldTokens {
  /** The bearer token; null if there is none or it is about to expire. */
  bearer(): string | null;
  session(): string | null;
  /** Both tokens; null if one is missing. */
  both(): Tokens | null;
  /** `lifetimeMs` is Infinity if the platform named none. */
  useBearer(token: string, lifetimeMs: number): void;
  useSession(token: string): void;
  /** Uses stored tokens in place of those that are missing. Returns both tokens; null if one is still missing. */
  takeOver(stored: StoredTokens): Tokens | null;
  /** Whether this token is held. It may be about to expire. */
  has(kind: keyof Tokens, token: string): boolean;
  /** Discards a token, and does not take it over again. */
  discard(kind: keyof Tokens): void;
}

/** A bearer token is renewed this long before it expires, so that it does not expire in flight. */
const BEARER_MARGIN_MS = MINUTE_MS;

/** Holds no tokens yet. `secrets` receives every new one. */
export function createHeldTokens(
  clock: Pick<Clock, 'now' | 'monotonic'>,
  secrets: Pick<Secrets, 'addToken'>,
): HeldTokens {
  const tokens: { bearer: string | null; session: string | null } = { bearer: null, session: null };
  let renewBearerAtMs = -Infinity;
  /** The latest token of each kind that was discarded. Another server may not know yet that it is dead. */
  const dead: { bearer: string | null; session: string | null } = { bearer: null, session: null };

  const bearer = (): string | null => (clock.monotonic() < renewBearerAtMs ? tokens.bearer : null);
  const both = (): Tokens | null => {
    const token = bearer();
    return token === null || tokens.session === null ? null : { bearer: token, session: tokens.session };
  };
  const useBearer = (token: string, lifetimeMs: number): void => {
    secrets.addToken(token);
    // Within the hour, the platform returns the same token again, so one that has less than the margin left is used to its end.
    const marginMs = lifetimeMs > BEARER_MARGIN_MS ? BEARER_MARGIN_MS : 0;
    tokens.bearer = token;
    renewBearerAtMs = clock.monotonic() + lifetimeMs - marginMs;
  };
  const useSession = (token: string): void => {
    secrets.addToken(token);
    tokens.session = token;
  };

  return {
    bearer,
    session: () => tokens.session,
    both,
    useBearer,
    useSession,
    takeOver(stored) {
      if (tokens.session === null && stored.session !== null && stored.session !== dead.session) {
        useSession(stored.session);
      }
      if (bearer() === null && stored.bearer !== null && stored.bearer.token !== dead.bearer) {
        const { token, endsAtMs } = stored.bearer;
        const lifetimeMs = endsAtMs === null ? Infinity : endsAtMs - clock.now();
        if (lifetimeMs > BEARER_MARGIN_MS) useBearer(token, lifetimeMs);
      }
      return both();
    },
    has: (kind, token) => tokens[kind] === token,
    discard(kind) {
      dead[kind] = tokens[kind];
      tokens[kind] = null;
    },
  };
}
