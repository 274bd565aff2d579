import type { RequestListener } from 'node:http';
import { isIP } from 'node:net';
import type { AuthConfig } from '../config/auth.ts';
import type { ServerConfig } from '../config/server.ts';
import { sendErrorResponse, type ErrorResponse } from './error-response.ts';
import { parseHost } from './host.ts';

export type AllowedHostsOptions = AuthConfig & Pick<ServerConfig, 'host' | 'publicUrl'>;

/** Passes on requests with an allowed header Host; sends 403 to others. */
export type ProtectHost = (listener: RequestListener) => RequestListener;

/**
 * Creates the check of the header Host, which prevents DNS rebinding. Without authentication, a website whose name resolves to this
 * server could read reports through the browser of someone who can reach it. So a Host must be an IP address (which cannot be rebound),
 * localhost or a name below it, a configured host, or one of `allowedHosts`. If callers authenticate, such a website has no token, so
 * the Host is checked only if `allowedHosts` is set.
 */
export function createProtectHost(options: AllowedHostsOptions): ProtectHost {
  const { tokens, callersBringTokens, allowedHosts } = options;
  const nobodySignsIn = tokens === null && !callersBringTokens;
  if (allowedHosts === null ? !nobodySignsIn : allowedHosts.includes('*')) return (listener) => listener;
  const names = toNames(options);
  const known = new Set<string>();

  const isAllowed = (host: string): boolean => {
    const name = parseHost(host)?.name;
    if (name === undefined || !(names.has(name) || isIP(name) !== 0 || name.endsWith('.localhost'))) return false;
    if (known.size >= MAX_KNOWN_HOSTS) known.clear();
    known.add(host);
    return true;
  };
  return (listener) => (request, response) => {
    const host = request.headers.host ?? '';
    if (known.has(host) || isAllowed(host)) listener(request, response);
    else sendErrorResponse(response, NOT_ALLOWED);
  };
}

/** Bounds the cache of accepted Hosts, which may have any port and any subdomain of localhost. */
const MAX_KNOWN_HOSTS = 1_000;

function toNames({ host, publicUrl, allowedHosts }: AllowedHostsOptions): ReadonlySet<string> {
  const ofPublic = publicUrl === null ? [] : [new URL(publicUrl).hostname];
  return new Set(['localhost', host, ...ofPublic, ...(allowedHosts ?? [])].map((name) => name.toLowerCase()));
}

/** Not 421, because some clients then send the request again. */
const NOT_ALLOWED: ErrorResponse = {
  status: 403,
  code: 'HOST_NOT_ALLOWED',
  message:
    'This request used a host name that this server does not know. Use its IP address or localhost, or ask the operator to add the name to ALLOWED_HOSTS.',
};
