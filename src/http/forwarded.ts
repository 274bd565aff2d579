import type { IncomingMessage } from 'node:http';
import { isHost } from './host.ts';

export type ReadHeader = (name: string) => string | null;

/** Reads a header of a request by its lower-case name; the first one if it was sent several times. */
export function toHeaderReader({ headers }: IncomingMessage): ReadHeader {
  return (name) => [headers[name] ?? []].flat()[0] ?? null;
}

/**
 * The origin by which a client reached this server, such as `https://reports.example.com`. Forwarded headers count only if a
 * proxy is trusted.
 */
export function toOrigin(header: ReadHeader, trustedProxies: number): string {
  const host = toForwarded(header, 'x-forwarded-host', trustedProxies) ?? header('host') ?? 'localhost';
  const scheme = toScheme(header, trustedProxies);
  return isHost(host) ? `${scheme}://${host}` : `${scheme}://localhost`;
}

/** The scheme by which a client reached this server. Forwarded headers count only if a proxy is trusted. */
export function toScheme(header: ReadHeader, trustedProxies: number): 'http' | 'https' {
  return toForwarded(header, 'x-forwarded-proto', trustedProxies) === 'https' ? 'https' : 'http';
}

/** The value that the nearest proxy set. */
function toForwarded(header: ReadHeader, name: string, trustedProxies: number): string | null {
  return trustedProxies === 0 ? null : (header(name)?.split(',').at(-1)?.trim() ?? null);
}

/** Whether a request asks to bypass the cache: `no-cache` (RFC 9111, section 5.2.1.4). */
export function asksForFresh(cacheControl: string | null | undefined): boolean {
  return typeof cacheControl === 'string' && /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(cacheControl);
}
