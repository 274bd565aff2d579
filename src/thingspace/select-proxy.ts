import { BlockList, isIP } from 'node:net';
import type { OutboundProxies, OutboundProxy } from '../domain/outbound-proxy.ts';
import { createDirectAgents, type CreateAgents } from './agents.ts';

/** The proxy for requests to this http or https URL; null if they connect directly. */
export function selectProxy(url: string, { httpProxy, httpsProxy, noProxy }: OutboundProxies): OutboundProxy | null {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'https:';
  const proxy = isSecure ? httpsProxy : httpProxy;
  if (proxy === null) return null;
  const target = { host: withoutDot(withoutBrackets(hostname)), port: port === '' ? (isSecure ? '443' : '80') : port };
  return noProxy.some((entry) => isMatch(entry.toLowerCase(), target)) ? null : proxy;
}

/** Returns what creates the agents: of the proxy, or direct ones if it is null. Loads the libraries for proxies only if they are needed. */
export async function loadAgents(proxy: OutboundProxy | null): Promise<CreateAgents> {
  if (proxy === null) return createDirectAgents;
  const { createProxyAgents } = await import('./proxy-agents.ts');
  return createProxyAgents(proxy);
}

interface Target {
  /** In lower case, without brackets. */
  readonly host: string;
  readonly port: string;
}

/**
 * Whether an entry of NO_PROXY names the target: `*`, a host name (which includes its subdomains, with or without a leading `.` or
 * `*.`), an IP address, or a network such as 10.0.0.0/8. All but the network can end with a port.
 */
function isMatch(entry: string, target: Target): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(entry, target.host);
  const { host, port } = toHostAndPort(entry);
  if (port !== null && port !== target.port) return false;
  if (isIP(host) !== 0 || isIP(target.host) !== 0) return isInNetwork(host, target.host);
  const name = withoutDot(host.replace(/^\*?\./, ''));
  return name !== '' && (target.host === name || target.host.endsWith(`.${name}`));
}

/** Splits the port off. Only an IPv6 address in brackets can have one. */
function toHostAndPort(entry: string): { readonly host: string; readonly port: string | null } {
  if (isIP(entry) === 6) return { host: entry, port: null };
  const [, host = entry, port = null] = /^(.*?)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  return { host: withoutBrackets(host), port };
}

/** A single address is a network, too. An entry that is neither never matches. */
function isInNetwork(entry: string, host: string): boolean {
  const [start = '', bits, ...rest] = entry.split('/');
  const address = withoutBrackets(start);
  const family = isIP(address);
  if (family === 0 || family !== isIP(host) || rest.length > 0) return false;
  const size = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? size : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
  if (prefix > size) return false;
  const network = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  network.addSubnet(address, prefix, type);
  return network.check(host, type);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
