import { BlockList, isIP } from 'node:net';

/** A set of IP addresses and networks. */
export interface AddressList {
  has(address: string): boolean;
}

/** What of a request says where it comes from. */
export interface RequestSource {
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Returns what says where a request comes from, for those who remember it for long: a whole request takes several kilobytes. */
export function toRequestSource({ headers, socket: { remoteAddress } }: RequestSource): RequestSource {
  return { headers: { 'x-forwarded-for': headers['x-forwarded-for'] }, socket: { remoteAddress } };
}

/**
 * The address that a request comes from: that of the connection, or the one that the outermost of `trustedProxies` proxies saw.
 */
export function toClientAddress(request: RequestSource, trustedProxies: number): string {
  const connected = toPlainAddress(request.socket.remoteAddress ?? '');
  if (trustedProxies === 0) return connected;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  // Each proxy appends the address that called it. Entries further to the left are only claims.
  const seen = [...forwarded.split(',').map((part) => part.trim()), connected].filter((part) => part !== '');
  return toPlainAddress(seen.at(-1 - Math.min(trustedProxies, seen.length - 1)) ?? '');
}

/** Creates a set of addresses (`10.1.2.3`, `2001:db8::1`) and networks (`10.0.0.0/8`) that the configuration has checked. */
export function createAddressList(networks: readonly string[]): AddressList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = toFamily(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return { has: (address) => isIP(address) !== 0 && list.check(address, toFamily(address)) };
}

function toFamily(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** A dual-stack socket writes an IPv4 address as `::ffff:10.1.2.3`, and some proxies append a port. */
function toPlainAddress(text: string): string {
  const address = text.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * The key by which limits count an address: the address itself, or the /64 network of an IPv6 address, because one household has
 * 2^64 of these.
 */
export function toAddressKey(address: string): string {
  const family = isIP(address);
  if (family === 4) return address;
  if (family === 0) return 'unknown';
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const groups = toGroups(head);
  const zeros = tail === undefined ? 0 : 8 - groups.length - toGroups(tail).length;
  const all = [...groups, ...Array<number>(zeros).fill(0), ...toGroups(tail ?? '')];
  return `${all
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/**
 * The 16-bit groups of a part of an IPv6 address. IPv4 notation counts as two zeros, because only the first four groups are used.
 */
function toGroups(text: string): number[] {
  return text
    .split(':')
    .filter((part) => part !== '')
    .flatMap((part) => (part.includes('.') ? [0, 0] : [Number.parseInt(part, 16)]));
}
