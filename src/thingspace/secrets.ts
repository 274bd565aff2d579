import type { Credentials } from './credentials.ts';

/** Replaces addresses, credentials and tokens in a text from the platform. */
export type Hide = (text: string) => string;

/** Hides addresses, credentials and tokens in texts from the platform. */
export interface Secrets {
  /** Adds a token to hide. The latest tokens are remembered: the platform can still mention one after it was replaced. */
  addToken(token: string): void;
  hideIn(text: string): string;
}

const URL_IN_TEXT = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;
const HOST_AND_PORT = /(?<![\w.-])[\w.-]+:\d{2,5}\b/g;
const IP_ADDRESS = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g;
/** Host names in private domains: their ending shows that they are host names, even without a port. */
const PRIVATE_NAME =
  /(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:internal|intranet|local|localdomain|lan|corp|svc)(?:\.[\w-]+)*(?![\w-])/gi;
const REMEMBERED_TOKENS = 20;
/** The platform writes the same few texts thousands of times into a response. */
const REMEMBERED_TEXTS = 500;
const MAX_REMEMBERED_CHARACTERS = 500;

/** Replaces URLs, hosts with a port, private host names and IPv4 addresses in the text with `[address]`. */
export function hideAddresses(text: string): string {
  const withoutUrls = text.includes('://') ? text.replace(URL_IN_TEXT, '[address]') : text;
  // All others have a point, and most texts have none.
  if (!withoutUrls.includes('.')) return withoutUrls;
  return withoutUrls
    .replace(HOST_AND_PORT, (match) => (match.includes('.') ? '[address]' : match))
    .replace(PRIVATE_NAME, '[address]')
    .replace(IP_ADDRESS, '[address]');
}

/** Creates secrets that hide the platform's host name, these texts, and every token that is added. */
export function createSecrets(baseUrl: string, texts: readonly string[]): Secrets {
  const { hostname } = new URL(baseUrl);
  let tokens: readonly string[] = [];
  // Longest first: replacing a shorter secret inside a longer one would leave the rest of the longer one visible.
  const toSecrets = (): string[] =>
    [hostname, ...texts, ...tokens].filter((text) => text !== '').sort((one, other) => other.length - one.length);
  let secrets = toSecrets();
  const known = new Map<string, string>();
  const hide = (text: string): string => {
    let hidden = hideAddresses(text);
    for (const secret of secrets) hidden = hidden.replaceAll(secret, '[hidden]');
    return hidden;
  };

  return {
    addToken(token) {
      tokens = [token, ...tokens.filter((other) => other !== token)].slice(0, REMEMBERED_TOKENS);
      secrets = toSecrets();
      known.clear();
    },
    hideIn(text) {
      const found = known.get(text);
      if (found !== undefined) return found;
      const hidden = hide(text);
      if (text.length > MAX_REMEMBERED_CHARACTERS) return hidden;
      if (known.size >= REMEMBERED_TEXTS) known.clear();
      known.set(text, hidden);
      return hidden;
    },
  };
}

/** All texts to hide for these credentials, including their Basic form. */
export function toSecretTexts(credentials: Credentials): string[] {
  const { clientId, clientSecret, username, password } = credentials;
  return [clientId, clientSecret, username, password, toBasicCredentials(credentials)];
}

/** The application's id and secret as HTTP Basic sends them (RFC 7617). */
export function toBasicCredentials({ clientId, clientSecret }: Credentials): string {
  return Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
}
