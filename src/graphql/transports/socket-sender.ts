import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { isObject } from '../../domain/json.ts';
import type { Authenticate } from '../../http/auth/authenticate.ts';
import { toHeaderReader, type ReadHeader } from '../../http/forwarded.ts';
import type { OperationSender } from './operations.ts';

/** Headers of the handshake that matter to operations: by them the origin of download links is known, and the trace of a gateway. */
const HANDSHAKE_HEADERS = ['host', 'x-forwarded-host', 'x-forwarded-proto', 'traceparent', 'tracestate'];

/** Returns the reader of the headers of all operations on a connection. It holds on to nothing else of the handshake. */
export function toSocketHeaders(request: IncomingMessage): ReadHeader {
  const read = toHeaderReader(request);
  const values = HANDSHAKE_HEADERS.flatMap((name) => {
    const value = read(name);
    return value === null ? [] : [[name, value] as const];
  });
  return (name) => values.find(([each]) => each === name)?.[1] ?? null;
}

/** Headers with credentials. Browsers cannot set them for a WebSocket, so `connection_init` has them. */
const CREDENTIALS = ['authorization', 'vz-m2m-token'];

/**
 * Reads the credentials from the payload of `connection_init`: by the names of their headers in any case, at the top or below `headers`.
 * Null if it has none.
 */
function readCredentials(payload: unknown): IncomingHttpHeaders | null {
  if (!isObject(payload)) return null;
  const found: Record<string, string> = {};
  for (const source of [payload['headers'], payload]) {
    if (!isObject(source)) continue;
    for (const [name, value] of Object.entries(source)) {
      const header = name.toLowerCase();
      if (typeof value === 'string' && CREDENTIALS.includes(header)) found[header] = value;
    }
  }
  return Object.keys(found).length === 0 ? null : found;
}

/** What is known of who opened a WebSocket before it says who it is. */
export interface SocketSender {
  /** What the handshake gives access to; null if it had no credentials. */
  readonly access: Access | null;
  /** The key of the limits: of the access, or of the address. */
  readonly toPrincipal: (access: Access | null) => string;
  readonly header: ReadHeader;
  /** The id of the handshake, which all its operations have. */
  readonly requestId: string;
}

/**
 * Returns the access of a WebSocket: by the credentials in the payload of `connection_init`, or else in its handshake. Rejects as
 * `authenticate` does.
 */
export async function identify(
  payload: unknown,
  { access }: SocketSender,
  authenticate: Authenticate,
): Promise<Access> {
  const credentials = readCredentials(payload);
  return credentials === null && access !== null ? access : authenticate(credentials ?? {});
}

/** Who sends the operations on a WebSocket. The handshake has no line in the log that an operation would replace. */
export function toOperationSender(
  { header, requestId }: SocketSender,
  access: Access,
  principal: () => string,
): OperationSender {
  return { mayUseCache: true, wantsTrace: false, markLogged: () => undefined, access, principal, requestId, header };
}
