import type { ArgumentPath, InputFault } from './errors.ts';

/** Behind it comes the secret that lets a sender in. */
export const CALLBACK_PATH = '/callbacks/device-reports/';

/** Where this server takes the platform's messages, and what of such an address others may see. */
export interface CallbackAddress {
  /** The whole address with its secrets, to be registered; null where no public address is configured. */
  readonly own: string | null;
  /** The same below any other base. */
  at(baseUrl: string): string;
  /** The path alone, with its secret. */
  readonly path: string;
  /** Whether messages that are posted to the address arrive here. */
  isOurs(address: string): boolean;
}

export interface CallbackAddressOptions {
  readonly publicUrl: string | null;
  readonly secret: string;
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

/**
 * The address of this server's receiver. Its secret path counts as ours on this machine, and without a public address on any
 * host; with one, another host is another deployment that has the same secret.
 */
export function createCallbackAddress({ publicUrl, secret, credentials }: CallbackAddressOptions): CallbackAddress {
  const path = `${CALLBACK_PATH}${secret}`;
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
    path,
    isOurs(address) {
      if (!URL.canParse(address)) return false;
      const { origin, pathname, hostname } = new URL(address);
      if (origin === own?.origin && pathname === own.pathname) return true;
      return (own === null || isLoopback(hostname)) && pathname.endsWith(path);
    },
  };
}

/** Whether a URL's host is the machine itself. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const HIDDEN = '***';

/** An address without what lets a sender in: user name, password, query, and what stands behind the receiver's path. */
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

/** The ports that the platform posts to (docs/upstream/README.md, "Callback messages"). */
const PORTS: readonly (readonly [number, number])[] = [
  [80, 80],
  [443, 443],
  [9001, 9006],
  [28200, 28220],
  [50551, 50559],
];
const MAX_URL_LENGTH = 2_000;

/** An address that the platform can post to; null and a fault where it is none. A loopback host, as the simulator's, may have any port. */
export function parseListenerUrl(text: string, argumentPath: ArgumentPath, faults: InputFault[]): string | null {
  const message = check(text);
  if (message === null) return text;
  faults.push({ argumentPath, message });
  return null;
}

function check(text: string): string | null {
  if (text.length > MAX_URL_LENGTH || /\s/.test(text) || !URL.canParse(text)) {
    return 'This is no address. Send an http or https URL.';
  }
  const { protocol, hostname, port: portSent } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return `The platform does not post to ${protocol} addresses. Send an http or https URL.`;
  }
  const port = portSent === '' ? (protocol === 'https:' ? 443 : 80) : Number(portSent);
  if (isLoopback(hostname) || PORTS.some(([low, high]) => port >= low && port <= high)) return null;
  const allowed = PORTS.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(', ');
  return `The platform does not post to port ${port}. Use one of ${allowed}.`;
}
