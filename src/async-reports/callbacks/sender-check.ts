import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { CallbackConfig } from '../../config/async-reports.ts';
import { createAddressList, toClientAddress } from '../../http/client-address.ts';
import { isSameSecret } from '../../http/constant-time.ts';
import type { TextResponse } from '../../http/text-response.ts';

export type SenderCheckOptions = Pick<
  CallbackConfig,
  'callbackCredentials' | 'callbackSignature' | 'callbackAllowedIps' | 'trustedProxies'
>;

/** Whether a sender is one that may send; a refusal where it is not. */
export interface SenderCheck {
  checkHead(request: IncomingMessage): TextResponse | null;
  checkBody(request: IncomingMessage, body: Buffer): TextResponse | null;
}

/** The checks that are configured; without any, everyone passes who knows the path. */
export function createSenderCheck(options: SenderCheckOptions): SenderCheck {
  const { callbackCredentials, callbackSignature, callbackAllowedIps, trustedProxies } = options;
  const allowed = callbackAllowedIps.length === 0 ? null : createAddressList(callbackAllowedIps);
  const credentials =
    callbackCredentials === null ? null : `${callbackCredentials.username}:${callbackCredentials.password}`;
  return {
    checkHead(request) {
      if (allowed !== null && !allowed.has(toClientAddress(request, trustedProxies))) return WRONG_ADDRESS;
      if (credentials !== null && !isSameSecret(readBasic(request), credentials)) return WRONG_CREDENTIALS;
      return null;
    },
    checkBody(request, body) {
      if (callbackSignature === null) return null;
      const { secret, header } = callbackSignature;
      const given = readSignature(request.headers[header]);
      const expected = createHmac('sha256', secret).update(body).digest();
      return isSameSecret(given.toString('hex'), expected.toString('hex')) ? null : WRONG_SIGNATURE;
    },
  };
}

const WRONG_ADDRESS: TextResponse = { status: 403, text: 'Messages are not taken from this address.' };
const WRONG_CREDENTIALS: TextResponse = {
  status: 401,
  text: 'Send the user name and password of this receiver.',
  headers: { 'WWW-Authenticate': 'Basic realm="callbacks", charset="UTF-8"' },
};
const WRONG_SIGNATURE: TextResponse = {
  status: 401,
  text: 'Sign the body with the HMAC-SHA256 that this receiver is set to.',
  headers: { 'WWW-Authenticate': 'Signature' },
};

/** `user:password`; empty where there is none. */
function readBasic({ headers }: IncomingMessage): string {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+)$/i.exec(headers.authorization ?? '')?.[1];
  return encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
}

/** The bytes of a signature in hexadecimal or base64, behind `sha256=` or not. */
function readSignature(value: string | readonly string[] | undefined): Buffer {
  const text = (typeof value === 'string' ? value : '').trim().replace(/^sha256=/i, '');
  return Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
}
