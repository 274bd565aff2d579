import { FetchError } from 'node-fetch';
import { PROXY_CODE } from './agents.ts';
import { TransportError } from './transport-error.ts';

const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

/** Node's codes for a certificate that is not accepted. Nothing is sent over such a connection. */
const CERTIFICATE =
  /^(?:CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_C|PATH_LENGTH_|HOSTNAME_MISMATCH$|INVALID_(?:CA|PURPOSE)$|ERR_TLS_CERT_)/;
/** OpenSSL's codes for two sides that do not agree how to talk, or if the other side does not speak TLS. */
const HANDSHAKE = /^ERR_SSL_.*(?:VERSION|PROTOCOL|HANDSHAKE|UNRECOGNIZED_NAME|NO_SHARED|HTTP_REQUEST)/;
/** Any other failure of the secure connection. It may have been open before. */
const OTHER_TLS = /^(?:ERR_SSL_|ERR_TLS_|EPROTO$)/;
const BEFORE_TLS = 'before secure TLS connection was established';

/**
 * The error for what node-fetch throws: a TransportError with the system's code. A request that cannot be sent is our own bug: its
 * original message is dropped because it can contain the address.
 */
export function toTransportError(error: unknown): unknown {
  if (error instanceof TypeError) return new TypeError(`the request cannot be sent (${toCode(error)})`);
  const code = error instanceof FetchError ? (error.code ?? null) : null;
  if (code === null) return new TransportError('broken');
  if (code.startsWith(PROXY_CODE)) return new TransportError('never-arrived', code.slice(PROXY_CODE.length), 'proxy');
  if (CERTIFICATE.test(code) || HANDSHAKE.test(code) || (error instanceof Error && error.message.includes(BEFORE_TLS)))
    return new TransportError('never-arrived', code, 'tls');
  if (OTHER_TLS.test(code)) return new TransportError('broken', code, 'tls');
  return new TransportError(isWithoutConnection(error) ? 'never-arrived' : 'broken', code);
}

function toCode(error: TypeError): string {
  return 'code' in error ? String(error.code) : 'no code';
}

/** Whether no connection was made. A connection that breaks later has the same codes, but there the system call is a read or a write. */
function isWithoutConnection(error: unknown): boolean {
  if (!(error instanceof FetchError) || error.code === undefined) return false;
  const call = 'erroredSysCall' in error ? error.erroredSysCall : undefined;
  return call === 'connect' || call === 'getaddrinfo' || (call === undefined && NO_CONNECTION.has(error.code));
}
