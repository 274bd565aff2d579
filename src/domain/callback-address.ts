import type { ArgumentPath, InputFault } from './errors.ts';

/** Path prefix of the callback receiver. The secret that admits a sender follows it. */
export const CALLBACK_PATH = '/callbacks/device-reports/';

/** The URL at which this server receives the platform's messages. */
export interface CallbackAddress {
  /** The complete URL with its secrets, to be registered; null if no public URL is configured. */
  readonly own: string | null;
  /** The same URL below another base URL. */
  at(baseUrl: string): string;
  /** The path, with its secret, and that with the previous secret if there is one. */
  readonly paths: readonly string[];
  /** Whether messages posted to the URL arrive at this server. */
  isOurs(address: string): boolean;
}

export interface CallbackAddressOptions {
  readonly publicUrl: string | null;
  readonly secret: string;
  /** A secret that is still accepted, because the platform can use a replaced URL for a while; null if there is none. */
  readonly previousSecret: string | null;
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

/**
 * Creates the address of this server's callback receiver. Its path with the secret counts as ours on a loopback host, and on any
 * host if no public URL is configured. With a public URL, the same path on another host belongs to another deployment with the
 * same secret.
 */
export function createCallbackAddress(options: CallbackAddressOptions): CallbackAddress {
  const { publicUrl, secret, previousSecret, credentials } = options;
  const path = `${CALLBACK_PATH}${secret}`;
  const paths = previousSecret === null ? [path] : [path, `${CALLBACK_PATH}${previousSecret}`];
  const at = (baseUrl: string): URL => {
    const url = new URL(`${baseUrl}${path}`);
    url.username = encodeURIComponent(credentials?.username ?? '');
    url.password = encodeURIComponent(credentials?.password ?? '');
    return url;
  };
  const own = publicUrl === null ? null : at(publicUrl);
  return {
    own: own?.href ?? null,
    at: (baseUrl) => at(baseUrl).href,
    paths,
    isOurs(address) {
      if (!URL.canParse(address)) return false;
      const { origin, pathname, hostname } = new URL(address);
      const isOwnPath = own !== null && paths.some((each) => pathname === own.pathname.replace(path, each));
      if (origin === own?.origin && isOwnPath) return true;
      return (own === null || isLoopback(hostname)) && paths.some((each) => pathname.endsWith(each));
    },
  };
}

/** Whether the host of a URL is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const HIDDEN = '***';

/**
 * Replaces the secrets of a URL with ***: user name, password, query, and what follows the receiver's path. Removes the fragment.
 * A text that is not a URL becomes *** as a whole.
 */
export function hideSecrets(address: string): string {
  if (!URL.canParse(address)) return HIDDEN;
  const url = new URL(address);
  if (url.username !== '') url.username = HIDDEN;
  if (url.password !== '') url.password = HIDDEN;
  if (url.search !== '') url.search = HIDDEN;
  url.hash = '';
  const at = url.pathname.indexOf(CALLBACK_PATH);
  if (at >= 0) url.pathname = `${url.pathname.slice(0, at)}${CALLBACK_PATH}${HIDDEN}`;
  return url.href;
}

/** Ports that the platform posts to (docs/upstream/README.md, "Callback messages"). */
const PORTS: readonly (readonly [number, number])[] = [
  [80, 80],
  [443, 443],
  [9001, 9006],
  [28200, 28220],
  [50551, 50559],
];
/** Maximum length of the URL of a listener, in characters. */
export const MAX_URL_CHARACTERS = 2_000;

/**
 * Returns a URL that the platform can post to; adds a fault and returns null if it cannot. A loopback host, as in the simulator's
 * URL, may have any port.
 */
export function parseListenerUrl(text: string, argumentPath: ArgumentPath, faults: InputFault[]): string | null {
  const message = check(text);
  if (message === null) return text;
  faults.push({ argumentPath, message });
  return null;
}

function check(text: string): string | null {
  if (text.length > MAX_URL_CHARACTERS || /\s/.test(text) || !URL.canParse(text)) {
    return 'This is not a valid URL. Send an http or https URL.';
  }
  const { protocol, hostname, port: portSent } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return `The platform does not post to ${protocol} URLs. Send an http or https URL.`;
  }
  const port = portSent === '' ? (protocol === 'https:' ? 443 : 80) : Number(portSent);
  if (isLoopback(hostname) || PORTS.some(([low, high]) => port >= low && port <= high)) return null;
  const allowed = PORTS.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(', ');
  return `The platform does not post to port ${port}. Use one of ${allowed}.`;
}
