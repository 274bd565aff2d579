/** A proxy that requests leave through. */
export interface OutboundProxy {
  /** Its URL without user name and password. */
  readonly url: string;
  /** Its host name, with the port if the URL has one. */
  readonly host: string;
  /** The value of Proxy-Authorization; null if the URL has neither user name nor password. */
  readonly authorization: string | null;
  /** What must not be shown: the password, and the user name and password as HTTP Basic sends them. */
  readonly secrets: readonly string[];
}

/** The proxies of each kind of URL; null means none. `noProxy` lists hosts to connect to directly. */
export interface OutboundProxies {
  readonly httpProxy: OutboundProxy | null;
  readonly httpsProxy: OutboundProxy | null;
  readonly noProxy: readonly string[];
}

/** Parses the URL of a proxy, or its host and port; returns null if the text is neither, or if the proxy speaks neither HTTP nor HTTPS. */
export function parseProxyUrl(text: string): OutboundProxy | null {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (/\s/.test(address) || !URL.canParse(address)) return null;
  const { protocol, host, hostname, username, password, pathname, search, hash } = new URL(address);
  const isProxy = (protocol === 'http:' || protocol === 'https:') && hostname !== '' && pathname === '/';
  const credentials = readCredentials(username, password);
  if (!isProxy || search !== '' || hash !== '' || credentials === null) return null;
  const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const isOpen = username === '' && password === '';
  return {
    url: `${protocol}//${host}`,
    host,
    authorization: isOpen ? null : `Basic ${basic}`,
    secrets: isOpen ? [] : [basic, credentials.password, password].filter((secret) => secret !== ''),
  };
}

/** Null if one of them is not percent-encoded UTF-8. */
function readCredentials(username: string, password: string): { username: string; password: string } | null {
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return null;
  }
}
