import type { RequestListener } from 'node:http';
import { isIP } from 'node:net';
import type { AuthConfig } from '../config/auth.ts';
import { sendErrorResponse, type ErrorResponse } from './error-response.ts';

export interface AllowedHostsOptions extends AuthConfig {
  /** The address or name to serve on. */
  readonly host: string;
  readonly publicUrl: string | null;
}

/** The hosts that this server answers for. */
export interface AllowedHosts {
  /** Lets requests to one of them in; answers others with 403. */
  protect(listener: RequestListener): RequestListener;
}

/**
 * Where nobody signs in, a page whose name was bound anew to this machine could have a browser on it read reports, as one of this
 * server's own pages. So a name has to be known: localhost, the configured ones, and those in `allowedHosts`. An address needs no
 * check, for it cannot be bound to another. Where callers sign in such a page has nothing to sign in with, and only a list that
 * was set is held to.
 */
export function createAllowedHosts(options: AllowedHostsOptions): AllowedHosts {
  const { tokens, callersBringTokens, allowedHosts } = options;
  const nobodySignsIn = tokens === null && !callersBringTokens;
  if (allowedHosts === null ? !nobodySignsIn : allowedHosts.includes('*')) return { protect: (listener) => listener };
  const names = toNames(options);
  const known = new Set<string>();

  const isAllowed = (host: string): boolean => {
    const name = toName(host);
    if (name === null || !(names.has(name) || isIP(name) !== 0 || name.endsWith('.localhost'))) return false;
    if (known.size >= MAX_KNOWN_HOSTS) known.clear();
    known.add(host);
    return true;
  };
  return {
    protect: (listener) => (request, response) => {
      const host = request.headers.host ?? '';
      if (known.has(host) || isAllowed(host)) listener(request, response);
      else sendErrorResponse(response, NOT_ALLOWED);
    },
  };
}

/** Any subdomain of localhost and any port may be right, so they are bounded. */
const MAX_KNOWN_HOSTS = 1_000;
const MAX_HOST_LENGTH = 300;
const HOST = /^(?:\[([\da-f:.]+)\]|([\w.-]+?)\.?)(?::\d{1,5})?$/i;

/** The name or the address in a header Host, without its port; null where there is none. */
function toName(host: string): string | null {
  if (host.length > MAX_HOST_LENGTH) return null;
  const [, address, name = address] = HOST.exec(host) ?? [];
  return name?.toLowerCase() ?? null;
}

function toNames({ host, publicUrl, allowedHosts }: AllowedHostsOptions): ReadonlySet<string> {
  const ofPublic = publicUrl === null ? [] : [new URL(publicUrl).hostname];
  return new Set(['localhost', host, ...ofPublic, ...(allowedHosts ?? [])].map((name) => name.toLowerCase()));
}

/** Not 421, by which some clients ask once more. */
const NOT_ALLOWED: ErrorResponse = {
  status: 403,
  code: 'HOST_NOT_ALLOWED',
  message:
    'This server was called by a host name that it does not know. Call it by its address or as localhost, or have the operator add the name to ALLOWED_HOSTS.',
};
