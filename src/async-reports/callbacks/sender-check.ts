import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { CallbackConfig } from '../../config/callbacks.ts';
import type { ServerConfig } from '../../config/server.ts';
import { createAddressList, toClientAddress } from '../../http/client-address.ts';
import { isSameSecret } from '../../http/constant-time.ts';
import type { TextResponse } from '../../http/text-response.ts';

export type SenderCheckOptions = Omit<CallbackConfig, 'callbackSecret' | 'callbackSecretPrevious'> &
  Pick<ServerConfig, 'trustedProxies'>;

/** Checks whether a sender may send. Both functions return null if it may, otherwise the error response. */
export interface SenderCheck {
  checkHead(request: IncomingMessage): TextResponse | null;
  checkBody(request: IncomingMessage, body: Buffer): TextResponse | null;
}

/** Creates the configured checks. Without any, everyone who knows the secret path may send. */
export function createSenderCheck(options: SenderCheckOptions): SenderCheck {
  const { callbackCredentials, callbackPasswordPrevious, callbackSignature } = options;
  const { callbackAllowedIps, trustedProxies } = options;
  const allowed = callbackAllowedIps.length === 0 ? null : createAddressList(callbackAllowedIps);
  const passwords = [callbackCredentials?.password, callbackPasswordPrevious].filter(
    (text) => typeof text === 'string',
  );
  const credentials = callbackCredentials && passwords.map((password) => `${callbackCredentials.username}:${password}`);
  return {
    checkHead(request) {
      if (allowed !== null && !allowed.has(toClientAddress(request, trustedProxies))) return WRONG_ADDRESS;
      if (credentials === null) return null;
      const sent = readBasic(request);
      const isRight = credentials.filter((expected) => isSameSecret(sent, expected)).length > 0;
      if (!isRight) return WRONG_CREDENTIALS;
      return null;
    },
    checkBody(request, body) {
      if (callbackSignature === null) return null;
      const { secret, header } = callbackSignature;
      const actual = readSignature(request.headers[header]);
      const expected = createHmac('sha256', secret).update(body).digest();
      return isSameSecret(actual.toString('hex'), expected.toString('hex')) ? null : WRONG_SIGNATURE;
    },
  };
}

const WRONG_ADDRESS: TextResponse = { status: 403, text: 'Messages from this address are not accepted.' };
const WRONG_CREDENTIALS: TextResponse = {
  status: 401,
  text: 'The credentials are missing or wrong. Send the user name and password of this receiver with Basic authentication.',
  headers: { 'WWW-Authenticate': 'Basic realm="callbacks", charset="UTF-8"' },
};
const WRONG_SIGNATURE: TextResponse = {
  status: 401,
  text: 'The signature is missing or wrong. Sign the body with HMAC-SHA256 and the secret of this receiver.',
  headers: { 'WWW-Authenticate': 'Signature' },
};

/** Returns `user:password` from Basic credentials (RFC 7617); empty if there are none. */
function readBasic({ headers }: IncomingMessage): string {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+)$/i.exec(headers.authorization ?? '')?.[1];
  return encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
}

/** Decodes a signature in hexadecimal or base64, with or without `sha256=` in front. */
function readSignature(value: string | readonly string[] | undefined): Buffer {
  const text = (typeof value === 'string' ? value : '').trim().replace(/^sha256=/i, '');
  return Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
}
