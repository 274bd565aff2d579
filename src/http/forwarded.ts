type ReadHeader = (name: string) => string | null;

/** Where a client has reached this server, such as `https://reports.example.com`; a proxy is believed only where one is trusted. */
export function toOrigin(header: ReadHeader, trustedProxies: number): string {
  const host = toForwarded(header, 'x-forwarded-host', trustedProxies) ?? header('host') ?? 'localhost';
  const scheme = toScheme(header, trustedProxies);
  return isHost(host) ? `${scheme}://${host}` : `${scheme}://localhost`;
}

/** How a client has reached this server; a proxy is believed only where one is trusted. */
export function toScheme(header: ReadHeader, trustedProxies: number): 'http' | 'https' {
  return toForwarded(header, 'x-forwarded-proto', trustedProxies) === 'https' ? 'https' : 'http';
}

/** Whether a text is a host, with a port or without, and nothing that would change the rest of an address. */
export function isHost(text: string): boolean {
  return /^[A-Za-z0-9._~:[\]-]+$/.test(text) && URL.canParse(`http://${text}`);
}

/** What the proxy next to us says of the connection to it. */
function toForwarded(header: ReadHeader, name: string, trustedProxies: number): string | null {
  return trustedProxies === 0 ? null : (header(name)?.split(',').at(-1)?.trim() ?? null);
}

/** Whether a request wants figures from the platform itself: `no-cache` (RFC 9111, section 5.2.1.4). */
export function asksForFresh(cacheControl: string | null | undefined): boolean {
  return typeof cacheControl === 'string' && /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(cacheControl);
}
