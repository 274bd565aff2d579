import { createHmac, hash } from 'node:crypto';

export type { PlatformTokens as Tokens } from '../domain/access.ts';

/** The credentials for the platform's two sign-in calls (docs/upstream/README.md, "Signing in"). */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}

/** Whether the text can be sent as a token: one or more visible ASCII characters, which are safe in a header. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** The key of a user's login history. The carrier locks the user, so the other credentials are not part of it. */
export function toHistoryKey(baseUrl: string, { username }: Pick<Credentials, 'username'>): string {
  return `sign-in ${hash('sha256', JSON.stringify([baseUrl, username]), 'base64url')}`;
}

/** Identifies a set of credentials without revealing them. */
export function toFingerprint(baseUrl: string, credentials: Credentials): string {
  const { clientId, clientSecret, username, password } = credentials;
  const rest = JSON.stringify([baseUrl, clientId, username, password]);
  return createHmac('sha256', clientSecret).update(rest).digest('base64url');
}
