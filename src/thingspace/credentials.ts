// A file of its own: the configuration takes these types, and nothing else of the REST client.
/** What the platform's two sign-in calls take (docs/upstream/README.md, "Signing in"). */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}

/** The tokens that a report call travels with. */
export interface Tokens {
  readonly bearer: string;
  readonly session: string;
}

/** Whether the text can be a token: what fits into a header, and ends none. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
