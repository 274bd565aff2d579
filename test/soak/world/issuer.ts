import type { JWTPayload } from 'jose';
import { startTokenIssuer, type TokenOptions } from '../../support/world/token-issuer.ts';

/** A token, and what its bearer may expect of it. All times are epoch milliseconds. */
export interface Minted {
  readonly text: string;
  readonly endsAtMs: number;
  readonly kid: string;
  /** Since when the key that it is signed with can be had from the issuer. */
  readonly publishedAtMs: number;
}

/** How callers use their tokens. */
export interface TokenHabits {
  readonly lifetimeMs: number;
  /** After how long a caller takes another one, the old one's end or not. */
  readonly usedForMs: number;
}

/** Whoever issues the tokens that the server asks its callers for. */
export interface SoakIssuer {
  /** The account that tokens list. */
  readonly accountNumber: string;
  /** What the server is configured with. */
  readonly variables: Readonly<Record<string, string>>;
  /** For whoever may do everything on the account; it ends at the first whole second after its lifetime. */
  mint(lifetimeMs: number, claims?: JWTPayload, options?: TokenOptions): Promise<Minted>;
  /** Publishes another key. */
  publish(): void;
  /** Signs with the key that was published last. */
  signWithNewest(): void;
  /** Nobody gets the keys until the issuer is back: answers fail by 503, or every connection is reset. */
  goAway(how: 503 | 'reset'): void;
  comeBack(): void;
  /** Whether it is away, or was a moment ago: the server may not know yet that it is back. */
  isLost(): boolean;
  /** How often the keys were asked for. */
  asked(): number;
  habits: TokenHabits;
  close(): Promise<void>;
}

const USUAL_HABITS: TokenHabits = { lifetimeMs: 20_000, usedForMs: 10_000 };

/** After a failure the server asks again no sooner than so, with some slack. */
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
      // All clocks are this machine's, so that a token's end is that very moment.
      AUTH_CLOCK_SKEW_SECONDS: '0',
    },
    async mint(lifetimeMs, claims = {}, options = {}) {
      const exp = Math.ceil((Date.now() + lifetimeMs) / 1_000);
      const kid = options.kid ?? `key-${signing + 1}`;
      const reported = { endsAtMs: exp * 1_000, kid, publishedAtMs: published[signing] ?? 0 };
      const accounts = [accountNumber];
      const text = await issuer.token(Date.now(), { accounts, exp, ...claims }, { ...options, kid });
      return { ...reported, text };
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
