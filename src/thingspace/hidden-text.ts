import type { Credentials } from './credentials.ts';

/** A text of the platform without addresses, without our credentials, and without these tokens. */
export type HideText = (text: string, tokens: readonly string[]) => string;

const URL_IN_TEXT = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;
const HOST_AND_PORT = /(?<![\w.-])[\w.-]+:\d{2,5}\b/g;
const IP_ADDRESS = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g;

export function createHideText(baseUrl: string, credentials: Credentials): HideText {
  const { clientId, clientSecret, username, password } = credentials;
  const { hostname } = new URL(baseUrl);
  const ours = [clientId, clientSecret, username, password, toBasicCredentials(credentials), hostname];

  return (text, tokens) => {
    let hidden = text
      .replace(URL_IN_TEXT, '[address]')
      .replace(HOST_AND_PORT, (match) => (match.includes('.') ? '[address]' : match))
      .replace(IP_ADDRESS, '[address]');
    // The longest first: one that holds another would lose only that part of itself.
    for (const secret of [...ours, ...tokens].sort((one, other) => other.length - one.length)) {
      if (secret !== '') hidden = hidden.replaceAll(secret, '[hidden]');
    }
    return hidden;
  };
}

/** What HTTP Basic sends for the application (RFC 7617). */
export function toBasicCredentials({ clientId, clientSecret }: Credentials): string {
  return Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
}
