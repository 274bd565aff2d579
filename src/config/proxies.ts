import { z } from 'zod';
import { parseProxyUrl, type OutboundProxy } from '../domain/outbound-proxy.ts';
import { words } from './values.ts';

const proxyUrl = z
  .string()
  .transform((text, context): OutboundProxy => {
    const proxy = parseProxyUrl(text);
    if (proxy !== null) return proxy;
    context.addIssue({
      code: 'custom',
      message:
        'Set it to the http or https URL of a proxy, such as http://proxy.example.com:3128. ' +
        'Percent-encode special characters in its user name and password.',
    });
    return z.NEVER;
  })
  .optional();

/** Proxies for requests to the platform and for the key set. As with curl, the name in lower case wins. */
export const Proxies = z
  .object({
    http_proxy: proxyUrl,
    HTTP_PROXY: proxyUrl.meta({
      description: 'Proxy for http URLs of the platform, of `AUTH_JWKS_URL` and of routers',
      values: 'such as `http://user:password@proxy.example.com:3128`',
    }),
    https_proxy: proxyUrl,
    HTTPS_PROXY: proxyUrl.meta({
      description: 'Proxy for https URLs of the platform, of `AUTH_JWKS_URL` and of routers',
      values: 'such as `http://user:password@proxy.example.com:3128`',
    }),
    no_proxy: words().optional(),
    NO_PROXY: words().optional().meta({
      description: 'Hosts to connect to directly, separated by commas',
      values: 'host names, IP addresses and networks, or `*` for all',
    }),
  })
  .transform((env) => ({
    /** For http URLs; null to connect directly. */
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? null,
    /** For https URLs; null to connect directly. */
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? null,
    /** Hosts to connect to directly. */
    noProxy: env.no_proxy ?? env.NO_PROXY ?? [],
  }));
