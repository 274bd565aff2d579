// A file of its own: callers, sign-in and the login history take these types, and nothing else of the REST client.
/** The credentials for the platform's two sign-in calls (docs/upstream/README.md, "Signing in"). */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}

/** The two tokens that every report call sends (docs/upstream/README.md, "Signing in"). */
export interface Tokens {
  readonly bearer: string;
  readonly session: string;
}

/** Whether the text can be sent as a token: one or more visible ASCII characters, which are safe in a header. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
