import type { Minted, SoakIssuer } from '../../world/issuer.ts';
import type { Pass, ShowPass } from '../pass.ts';

export interface WalletOptions {
  readonly issuer: Pick<SoakIssuer, 'mint' | 'habits'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** How long a published key may be unknown to the server: it fetches keys at most every 30 s. Includes some slack. */
export const MAX_UNKNOWN_MS = 31_000;

/**
 * A caller's bearer tokens, each sent for as long as the habits say. Checks the responses: after a token's expiry only 401 is
 * right; before that, 401 is right only for a key that is new and that the server has not accepted before.
 */
export function createWallet({ issuer, now }: WalletOptions): ShowPass {
  const known = new Set<string>();
  let held: { readonly token: Promise<Minted>; readonly untilMs: number } | null = null;

  return async () => {
    if (held === null || now() >= held.untilMs) {
      const { lifetimeMs, usedForMs } = issuer.habits;
      held = { token: issuer.mint(lifetimeMs), untilMs: now() + usedForMs };
    }
    const token = await held.token;
    const shown = { token, atMs: now(), wasKnown: known.has(token.kid) };
    return {
      headers: toBearer(token),
      check(status) {
        const fault = findFault(shown, status, now());
        if (fault !== null) throw new Error(fault);
        if (status !== 401 && status !== 503) known.add(token.kid);
      },
    };
  };
}

export function toBearer({ text }: Minted): Pass['headers'] {
  return { Authorization: `Bearer ${text}` };
}

interface Shown {
  readonly token: Minted;
  readonly atMs: number;
  /** Whether the server had accepted its key before. */
  readonly wasKnown: boolean;
}

function findFault({ token, atMs, wasKnown }: Shown, status: number, answeredAtMs: number): string | null {
  const { endsAtMs, publishedAtMs } = token;
  if (atMs >= endsAtMs)
    return status === 401 ? null : `${status} for a token that expired ${atMs - endsAtMs} ms before`;
  if (status !== 401 || answeredAtMs >= endsAtMs) return null;
  if (wasKnown) return '401 for a valid token with a key that the server knows';
  const ageMs = atMs - publishedAtMs;
  return ageMs < MAX_UNKNOWN_MS ? null : `401 for a valid token with a key that was published ${ageMs} ms before`;
}
