import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { createOncePerMinute } from '../domain/once-per-minute.ts';
import type { OutboundProxy } from '../domain/outbound-proxy.ts';
import type { PostToRouter } from '../graphql/transports/router-messages.ts';
import type { FetchKeySet } from '../http/auth/signing-keys.ts';
import type { Log } from '../log.ts';
import { createHttpClient, type Exchange, type HttpClient } from '../thingspace/http-client.ts';
import { loadAgents, selectProxy } from '../thingspace/select-proxy.ts';
import { TransportError } from '../thingspace/transport-error.ts';

export interface OutboundOptions {
  readonly config: Pick<Config, 'platform' | 'proxies' | 'auth' | 'upstream' | 'subscriptionCallbacks'>;
  /** Whether the platform is a simulator on this machine, which no proxy is in front of. */
  readonly isSimulated: boolean;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}

/** Everything that sends requests to others. */
export interface Outbound {
  readonly exchange: Exchange;
  readonly fetchKeySet: FetchKeySet;
  readonly postToRouter: PostToRouter;
  /** Closes every connection. */
  close(): void;
}

/** A key set has a few keys of a few kilobytes. */
const KEY_SET_LIMITS = { maxResponseBytes: 2 ** 20, maxConnections: 1 };
/** Only the status of a router's response matters. */
const ROUTER_LIMITS = { maxResponseBytes: 2 ** 16, maxConnections: 50 };
const ROUTER_HEADERS = { 'Content-Type': 'application/json', 'Subscription-Protocol': 'callback/1.0' };

/** Opens the HTTP clients of the platform, of the key set and of each router. Each logs at most once a minute per cause that its host cannot be reached. */
export async function openOutbound({ config, isSimulated, clock, log }: OutboundOptions): Promise<Outbound> {
  const { platform, proxies, auth, upstream, subscriptionCallbacks } = config;
  const jwksUrl = readJwksUrl(auth);
  const open = async (use: string, url: string, proxy: OutboundProxy | null, limits: ClientLimits) =>
    createHttpClient({
      ...limits,
      createAgents: await loadAgents(proxy),
      onUnreachable: createUnreachableLog({ use, url, proxy, clock, log }),
    });
  const platformProxy = isSimulated ? null : selectProxy(platform.baseUrl, proxies);
  const toPlatform = await open('the platform', platform.baseUrl, platformProxy, {
    maxResponseBytes: upstream.maxResponseBytes,
    maxConnections: upstream.concurrency,
  });
  const toKeySet =
    jwksUrl === null ? null : await open('the key set', jwksUrl, selectProxy(jwksUrl, proxies), KEY_SET_LIMITS);
  const toRouters = new Map<string, HttpClient>();
  for (const origin of toOrigins(subscriptionCallbacks))
    toRouters.set(origin, await open('a router', origin, selectProxy(origin, proxies), ROUTER_LIMITS));

  return {
    exchange: toPlatform.exchange,
    async fetchKeySet(url, signal) {
      if (toKeySet === null) throw new Error('there is no key set to fetch');
      const headers = { Accept: 'application/json, application/jwk-set+json' };
      return toKeySet.exchange({ method: 'GET', url, headers, signal, freshConnection: true });
    },
    async postToRouter({ url, origin }, body, signal) {
      try {
        const request = { method: 'POST', url, headers: ROUTER_HEADERS, body, signal } as const;
        return (await toRouters.get(origin)?.exchange(request))?.status ?? null;
      } catch (error) {
        if (!signal.aborted && !(error instanceof TransportError))
          log.error({ err: error }, 'unexpected error of a message to a router');
        return null;
      }
    },
    close() {
      toPlatform.close();
      toKeySet?.close();
      for (const client of toRouters.values()) client.close();
    },
  };
}

/** The hosts of the proxies that are used, and for what. No proxy is in front of a simulator on this machine. */
export function describeProxies(
  {
    platform,
    proxies,
    auth,
    subscriptionCallbacks,
  }: Pick<Config, 'platform' | 'proxies' | 'auth' | 'subscriptionCallbacks'>,
  isSimulated: boolean,
): string[] {
  const jwksUrl = readJwksUrl(auth);
  const routers = toOrigins(subscriptionCallbacks).map((origin) => selectProxy(origin, proxies));
  const uses = [
    { what: 'the platform', proxy: isSimulated ? null : selectProxy(platform.baseUrl, proxies) },
    { what: 'the key set', proxy: jwksUrl === null ? null : selectProxy(jwksUrl, proxies) },
    ...routers.map((proxy) => ({ what: 'routers', proxy })),
  ];
  return [...new Set(uses.flatMap(({ proxy }) => proxy?.host ?? []))].map((host) => {
    const whats = uses.filter(({ proxy }) => proxy?.host === host).map(({ what }) => what);
    return `${host}, for ${[...new Set(whats)].join(' and ')}`;
  });
}

interface ClientLimits {
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
}

/** The origins of the routers that may be called back, each once. */
function toOrigins({ subscriptionCallbackAllowed }: Config['subscriptionCallbacks']): string[] {
  return [...new Set(subscriptionCallbackAllowed.map((url) => new URL(url).origin))];
}

/** The URL of the key set; null if there is none. */
export function readJwksUrl({ tokens }: Config['auth']): string | null {
  return tokens !== null && 'jwksUrl' in tokens.keys ? tokens.keys.jwksUrl : null;
}

interface UnreachableLogOptions extends Pick<OutboundOptions, 'clock' | 'log'> {
  readonly use: string;
  readonly url: string;
  readonly proxy: OutboundProxy | null;
}

function createUnreachableLog({ use, url, proxy, clock, log }: UnreachableLogOptions): (error: TransportError) => void {
  const { host } = new URL(url);
  const through = proxy === null ? {} : { proxy: proxy.host };
  const mayLog = createOncePerMinute(clock);
  return ({ fault: reason, systemCode, layer }) => {
    if (!mayLog(`${layer} ${systemCode}`)) return;
    log.warn({ host, ...through, reason, layer, systemCode }, `${use} ${toFault(layer)}`);
  };
}

function toFault(layer: TransportError['layer']): string {
  if (layer === 'proxy') return 'cannot be reached through the proxy';
  return layer === 'tls' ? 'cannot be reached over a secure connection' : 'cannot be reached';
}
