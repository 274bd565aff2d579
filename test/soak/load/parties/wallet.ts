import type { Minted, SoakIssuer } from '../../world/issuer.ts';
import type { Pass, ShowPass } from '../pass.ts';

export interface WalletOptions {
  readonly issuer: Pick<SoakIssuer, 'mint' | 'habits'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** How long a server may know nothing of a key that is published, with some slack: it asks again every half a minute. */
export const MAX_UNKNOWN_MS = 31_000;

/**
 * A caller's bearer tokens, each shown for as long as the habits say. Judges the answers: from a token's end on none but 401 is
 * right, before it a 401 only for a key that the server has not been seen to know, and for half a minute.
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
  /** Whether the server was seen to know its key before. */
  readonly wasKnown: boolean;
}

function findFault({ token, atMs, wasKnown }: Shown, status: number, answeredAtMs: number): string | null {
  const { endsAtMs, publishedAtMs } = token;
  if (atMs >= endsAtMs) return status === 401 ? null : `${status} for a token that ended ${atMs - endsAtMs} ms before`;
  if (status !== 401 || answeredAtMs >= endsAtMs) return null;
  if (wasKnown) return '401 for a token that lives, of a key that is known';
  const ageMs = atMs - publishedAtMs;
  return ageMs < MAX_UNKNOWN_MS ? null : `401 for a token of a key that was published ${ageMs} ms before`;
}
