import type { Credentials } from './credentials.ts';

/** A text of the platform's without what nobody may see. */
export type Hide = (text: string) => string;

/** Takes out of the platform's texts what nobody may see: addresses, credentials and tokens. */
export interface Secrets {
  /** Adds a token; the latest are kept, for the platform can still speak of one that it has replaced. */
  addToken(token: string): void;
  hideIn(text: string): string;
}

const URL_IN_TEXT = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;
const HOST_AND_PORT = /(?<![\w.-])[\w.-]+:\d{2,5}\b/g;
const IP_ADDRESS = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g;
/** Names that only a network of somebody's own has, which say what they are without a port. */
const PRIVATE_NAME =
  /(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:internal|intranet|local|localdomain|lan|corp|svc)(?:\.[\w-]+)*(?![\w-])/gi;
const REMEMBERED_TOKENS = 20;

/** A text of the platform's without the addresses in it. */
export function hideAddresses(text: string): string {
  return text
    .replace(URL_IN_TEXT, '[address]')
    .replace(HOST_AND_PORT, (match) => (match.includes('.') ? '[address]' : match))
    .replace(PRIVATE_NAME, '[address]')
    .replace(IP_ADDRESS, '[address]');
}

/** Hides the platform's address and these texts, beside the tokens that are added. */
export function createSecrets(baseUrl: string, texts: readonly string[]): Secrets {
  const { hostname } = new URL(baseUrl);
  let tokens: readonly string[] = [];

  return {
    addToken(token) {
      tokens = [token, ...tokens.filter((other) => other !== token)].slice(0, REMEMBERED_TOKENS);
    },
    hideIn(text) {
      let hidden = hideAddresses(text);
      // The longest first: one that holds another would lose only that part of itself.
      for (const secret of [hostname, ...texts, ...tokens].sort((one, other) => other.length - one.length)) {
        if (secret !== '') hidden = hidden.replaceAll(secret, '[hidden]');
      }
      return hidden;
    },
  };
}

/** Every text of the credentials that nobody may see. */
export function toSecretTexts(credentials: Credentials): string[] {
  const { clientId, clientSecret, username, password } = credentials;
  return [clientId, clientSecret, username, password, toBasicCredentials(credentials)];
}

/** What HTTP Basic sends for the application (RFC 7617). */
export function toBasicCredentials({ clientId, clientSecret }: Credentials): string {
  return Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
}
