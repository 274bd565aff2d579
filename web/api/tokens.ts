import { signal } from '@preact/signals';

/** What a caller signs in with. */
export interface Tokens {
  readonly bearer: string;
  /** The VZ-M2M-Token of callers that send their own tokens for ThingSpace; empty for all others. */
  readonly session: string;
}

/** Tokens live as long as the tab: they are in no cookie, no address and no lasting storage. */
const NAME = 'device-reports:tokens';

/** The tokens that requests carry; null before anyone signed in. */
export const tokens = signal<Tokens | null>(read());

/** Whether the server has asked for a token, or has rejected the one that was sent. */
export const mustSignIn = signal<'no' | 'first' | 'rejected'>('no');

export function signIn(given: Tokens): void {
  sessionStorage.setItem(NAME, JSON.stringify(given));
  tokens.value = given;
  mustSignIn.value = 'no';
}

export function signOut(): void {
  sessionStorage.removeItem(NAME);
  tokens.value = null;
}

/** The headers that carry the tokens. */
export function toAuthHeaders(): Record<string, string> {
  const { bearer = '', session = '' } = tokens.value ?? {};
  return {
    ...(bearer === '' ? {} : { Authorization: `Bearer ${bearer}` }),
    ...(session === '' ? {} : { 'VZ-M2M-Token': session }),
  };
}

function read(): Tokens | null {
  const stored = sessionStorage.getItem(NAME);
  return stored === null ? null : (JSON.parse(stored) as Tokens);
}
