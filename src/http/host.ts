/** The host of a URL or of a header Host. */
export interface Host {
  /** In lower case, without the dot at the end of a full name and the brackets of an IPv6 address. */
  readonly name: string;
  /** Null if it has none. */
  readonly port: number | null;
}

/** A name, an IPv4 address or an IPv6 address in brackets, and a port, which may be empty (RFC 3986, section 3.2). */
const HOST = /^(?:\[([\da-f:.]+)\]|([\w-]+(?:\.[\w-]+)*)\.?)(?::(\d{0,5}))?$/i;
/** The longest name in the DNS. */
const MAX_NAME_CHARACTERS = 253;
/** The longest host: with the dot at the end and a port. */
const MAX_HOST_CHARACTERS = MAX_NAME_CHARACTERS + '.:65535'.length;

/** Parses a host with or without a port. Returns null if it is not valid, and then it must not become a part of a URL. */
export function parseHost(text: string): Host | null {
  if (text.length > MAX_HOST_CHARACTERS) return null;
  const [, address, name = address, port = ''] = HOST.exec(text) ?? [];
  if (name === undefined || name.length > MAX_NAME_CHARACTERS || !URL.canParse(`http://${text}`)) return null;
  return { name: name.toLowerCase(), port: port === '' ? null : Number(port) };
}

/** Whether a text is a valid host with or without a port, as `parseHost` reads it. */
export function isHost(text: string): boolean {
  return parseHost(text) !== null;
}
