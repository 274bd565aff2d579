import type { RequestListener } from 'node:http';
import { toScheme } from './forwarded.ts';

/**
 * On every answer, whatever it is: nobody keeps it, takes it for something else, frames it, or sends its address on. GraphiQL's page
 * says of itself what it needs instead.
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

/** The listener, each of its answers with the headers that browsers are to hear; what it sets itself goes before them. */
export function withSecurityHeaders(listener: RequestListener, trustedProxies: number): RequestListener {
  return (request, response) => {
    for (const [name, value] of EVERYWHERE) response.setHeader(name, value);
    // Who came without encryption must not be told that there is some: nobody has proved it.
    if (
      trustedProxies > 0 &&
      toScheme((name) => [request.headers[name] ?? []].flat()[0] ?? null, trustedProxies) === 'https'
    )
      response.setHeader('Strict-Transport-Security', `max-age=${YEAR_SECONDS}`);
    listener(request, response);
  };
}
