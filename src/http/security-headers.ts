import type { RequestListener } from 'node:http';
import { toHeaderReader, toScheme } from './forwarded.ts';

/**
 * On every response: it must not be stored, interpreted as another type, or framed, and its URL is not sent on. GraphiQL's page
 * sets a policy of its own.
 */
const EVERYWHERE: readonly (readonly [name: string, value: string])[] = [
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
];

const YEAR_SECONDS = 31_536_000;

/** Adds these headers to each response. Headers that the listener sets take precedence. */
export function withSecurityHeaders(listener: RequestListener, trustedProxies: number): RequestListener {
  return (request, response) => {
    for (const [name, value] of EVERYWHERE) response.setHeader(name, value);
    // HSTS only if a trusted proxy reports https: over plain HTTP it could lock clients out.
    if (trustedProxies > 0 && toScheme(toHeaderReader(request), trustedProxies) === 'https')
      response.setHeader('Strict-Transport-Security', `max-age=${YEAR_SECONDS}`);
    listener(request, response);
  };
}
