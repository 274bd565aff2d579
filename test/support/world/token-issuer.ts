import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import type { TokenConfig } from '../../../src/config/auth.ts';

export const ISSUER = 'https://login.example.com/';
export const AUDIENCE = 'https://reports.example.com';
export const EVERY_SCOPE = 'reports:read reports:request listeners:manage operations';

export interface TokenIssuer {
  readonly jwksUrl: string;
  /** How often the keys were fetched. */
  readonly asked: () => number;
  /** The configuration of a server that trusts this issuer. */
  readonly config: TokenConfig;
  /** Issues a token that is valid for an hour from `atMs` (epoch milliseconds). Claims replace the default ones. */
  token(atMs: number, claims?: JWTPayload, options?: TokenOptions): Promise<string>;
  /** Publishes another key. */
  publish(): void;
  /** Signs later tokens with the newest key. */
  signWithNewest(): void;
  /** Publishes another key and signs later tokens with it. */
  rotate(): void;
  /** Responds only with this status from now on, or resets each connection; null ends that. */
  fail(status: number | 'reset' | null): void;
  /** Makes the key set longer by this many bytes. */
  pad(bytes: number): void;
  close(): Promise<void>;
}

export interface TokenOptions {
  readonly kid?: string;
  readonly alg?: string;
  readonly key?: KeyObject | Uint8Array;
  /** The header `typ`; left out unless it is set. */
  readonly typ?: string;
}

interface SigningPair {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Starts an HTTP server that publishes the keys of the tokens it issues. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  let signing = createPair(1);
  const pairs = [signing];
  let status: number | 'reset' | null = null;
  let asked = 0;
  let padding = '';
  const server = createServer((_, response) => {
    asked += 1;
    if (status === 'reset') {
      response.destroy();
      return;
    }
    const responseStatus = status ?? 200;
    void Promise.all(
      pairs.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' })),
    ).then((keys) => {
      response.writeHead(responseStatus, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ keys, padding }));
    });
  });
  const publish = (): void => void pairs.push(createPair(pairs.length + 1));
  const signWithNewest = (): void => void (signing = pairs.at(-1) ?? signing);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;

  return {
    jwksUrl,
    asked: () => asked,
    config: {
      keys: { jwksUrl },
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      clockSkewSeconds: 30,
      accountsClaim: 'accounts',
      scopesClaims: ['scope', 'scp'],
    },
    token(atMs, claims = {}, options = {}) {
      const seconds = Math.floor(atMs / 1_000);
      return new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'dashboard',
        iat: seconds,
        exp: seconds + 3_600,
        scope: EVERY_SCOPE,
        ...claims,
      })
        .setProtectedHeader({
          alg: options.alg ?? 'ES256',
          kid: options.kid ?? signing.kid,
          ...(options.typ === undefined ? {} : { typ: options.typ }),
        })
        .sign(options.key ?? signing.privateKey);
    },
    publish,
    signWithNewest,
    rotate() {
      publish();
      signWithNewest();
    },
    fail: (next) => (status = next),
    pad: (bytes) => (padding = ' '.repeat(bytes)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createPair(number: number): SigningPair {
  return { kid: `key-${number}`, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}
