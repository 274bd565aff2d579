import type { JWTPayload } from 'jose';
import { startTokenIssuer, type TokenOptions } from '../../support/world/token-issuer.ts';

/** A token and what its responses must look like. All times are epoch milliseconds. */
export interface Minted {
  readonly text: string;
  readonly endsAtMs: number;
  readonly kid: string;
  /** When the issuer published the key that signed it. */
  readonly publishedAtMs: number;
}

/** How callers use their tokens. */
export interface TokenHabits {
  readonly lifetimeMs: number;
  /** How long a caller sends a token, even if it has expired. */
  readonly usedForMs: number;
}

/** The issuer of the callers' tokens. */
export interface SoakIssuer {
  /** The account that the tokens list. */
  readonly accountNumber: string;
  /** The environment variables for the server. */
  readonly variables: Readonly<Record<string, string>>;
  /** Issues a token with all scopes. It expires at the first full second after its lifetime. */
  mint(lifetimeMs: number, claims?: JWTPayload, options?: TokenOptions): Promise<Minted>;
  /** Publishes a new key. */
  publish(): void;
  /** Signs tokens with the newest key from now on. */
  signWithNewest(): void;
  /** Responds with 503, or resets every connection, until the issuer comes back. */
  goAway(how: 503 | 'reset'): void;
  comeBack(): void;
  /** Whether the issuer is down, or came back so recently that the server may not know it yet. */
  isLost(): boolean;
  /** How often the keys were fetched. */
  asked(): number;
  habits: TokenHabits;
  close(): Promise<void>;
}

const USUAL_HABITS: TokenHabits = { lifetimeMs: 20_000, usedForMs: 10_000 };

/** After a failure, the server may wait this long before it fetches the keys again. Includes some slack. */
const ASK_AGAIN_MS = 6_000;

export async function startSoakIssuer(accountNumber: string): Promise<SoakIssuer> {
  const issuer = await startTokenIssuer();
  const published = [Date.now()];
  let signing = 0;
  let lostUntilMs = -Infinity;
  return {
    accountNumber,
    variables: {
      AUTH_MODE: 'jwt',
      AUTH_JWKS_URL: issuer.jwksUrl,
      AUTH_ISSUER: issuer.config.issuer,
      AUTH_AUDIENCE: issuer.config.audience,
      // All processes have the same clock, so a token expires at exactly that moment.
      AUTH_CLOCK_SKEW_SECONDS: '0',
    },
    async mint(lifetimeMs, claims = {}, options = {}) {
      const exp = Math.ceil((Date.now() + lifetimeMs) / 1_000);
      const kid = options.kid ?? `key-${signing + 1}`;
      const described = { endsAtMs: exp * 1_000, kid, publishedAtMs: published[signing] ?? 0 };
      const accounts = [accountNumber];
      const text = await issuer.token(Date.now(), { accounts, exp, ...claims }, { ...options, kid });
      return { ...described, text };
    },
    publish() {
      issuer.publish();
      published.push(Date.now());
    },
    signWithNewest() {
      issuer.signWithNewest();
      signing = published.length - 1;
    },
    goAway(how) {
      lostUntilMs = Infinity;
      issuer.fail(how);
    },
    comeBack() {
      lostUntilMs = Date.now() + ASK_AGAIN_MS;
      issuer.fail(null);
    },
    isLost: () => Date.now() < lostUntilMs,
    asked: issuer.asked,
    habits: USUAL_HABITS,
    close: issuer.close,
  };
}
