import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import type { TokenConfig } from '../../../src/config/auth.ts';

export const ISSUER = 'https://login.example.com/';
export const AUDIENCE = 'https://reports.example.com';
export const EVERY_SCOPE = 'reports:read reports:request listeners:manage';

export interface TokenIssuer {
  readonly jwksUrl: string;
  /** How often the keys were asked for. */
  readonly asked: () => number;
  /** What a server that trusts it is configured with. */
  readonly config: TokenConfig;
  /** A token with the claims in place of the usual ones, for an hour from the moment in epoch milliseconds. */
  token(atMs: number, claims?: JWTPayload, options?: TokenOptions): Promise<string>;
  /** Adds a key to those that are published. */
  publish(): void;
  /** Signs later tokens with the key that was published last. */
  signWithNewest(): void;
  /** Adds a key that later tokens are signed with, in place of the one before. */
  rotate(): void;
  /** Answers nothing but this status from now on, or breaks each connection; null ends that. */
  fail(status: number | 'reset' | null): void;
  close(): Promise<void>;
}

export interface TokenOptions {
  readonly kid?: string;
  readonly alg?: string;
  readonly key?: KeyObject | Uint8Array;
}

interface SigningPair {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Publishes the keys of the tokens that it makes, over HTTP. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  let signing = createPair(1);
  const pairs = [signing];
  let status: number | 'reset' | null = null;
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    if (status === 'reset') {
      response.destroy();
      return;
    }
    const reported = status ?? 200;
    void Promise.all(
      pairs.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' })),
    ).then((keys) => {
      response.writeHead(reported, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ keys }));
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
        .setProtectedHeader({ alg: options.alg ?? 'ES256', kid: options.kid ?? signing.kid })
        .sign(options.key ?? signing.privateKey);
    },
    publish,
    signWithNewest,
    rotate() {
      publish();
      signWithNewest();
    },
    fail: (next) => (status = next),
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
