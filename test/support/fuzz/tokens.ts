import { createHmac, createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fc } from '../fast-check.ts';
import { AUDIENCE, EVERY_SCOPE, ISSUER } from '../world/token-issuer.ts';
import { oddJson, oddText } from './values.ts';

/** A bearer token as a recipe: its two JSON parts and its signer. */
export interface TokenRecipe {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signer: (typeof SIGNERS)[number];
}

const SIGNERS = [
  'issuer',
  'stranger',
  'nobody',
  'secret of the published keys',
  'secret of the public key',
  'empty secret',
  'zeroes',
] as const;

export const OWN_ACCOUNT = '0844021539-00001';
export const OTHER_ACCOUNT = '0742644905-00001';
const KID = 'key-1';

/** Creates variations of a valid token. Most have something wrong, some are valid. */
export function createRecipeArbitrary(nowSeconds: number): fc.Arbitrary<TokenRecipe> {
  const time = fc.oneof(
    fc.integer({ min: nowSeconds - 100, max: nowSeconds + 100 }),
    fc.constantFrom(0, -1, 1e18, nowSeconds + 0.5, '9999999999', null, [nowSeconds + 100], true),
    oddJson,
  );
  const maybe = (right: unknown, odd: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: odd });
  const claims = fc.record(
    {
      iss: maybe(
        ISSUER,
        fc.oneof(oddJson, fc.constantFrom(`${ISSUER}/`, ISSUER.toUpperCase(), [ISSUER], 'https://evil.example')),
      ),
      aud: maybe(
        AUDIENCE,
        fc.oneof(oddJson, fc.constantFrom([AUDIENCE], ['other', AUDIENCE], ['other'], `${AUDIENCE}.evil.example`)),
      ),
      exp: maybe(nowSeconds + 3_600, time),
      nbf: maybe(nowSeconds - 10, time),
      iat: maybe(nowSeconds - 10, time),
      sub: maybe('anne', oddJson),
      scope: maybe(
        EVERY_SCOPE,
        fc.oneof(oddJson, fc.constantFrom('reports:request', ['reports:read'], 'reports:reader', '*')),
      ),
      accounts: fc.oneof(
        fc.constantFrom<unknown>(
          [OWN_ACCOUNT],
          [OWN_ACCOUNT],
          OWN_ACCOUNT,
          [OTHER_ACCOUNT, OWN_ACCOUNT],
          `${OTHER_ACCOUNT} ${OWN_ACCOUNT}`,
        ),
        fc.constantFrom<unknown>(
          [OTHER_ACCOUNT],
          [[OWN_ACCOUNT]],
          { [OWN_ACCOUNT]: true },
          [`${OWN_ACCOUNT}\0`],
          `x${OWN_ACCOUNT}`,
          '*',
          [],
          null,
        ),
        oddJson,
      ),
    },
    { requiredKeys: ['iss', 'aud', 'exp', 'accounts', 'scope'] },
  );
  const header = fc.record(
    {
      alg: maybe(
        'ES256',
        fc.oneof(
          fc.constantFrom('none', 'None', 'HS256', 'HS512', 'RS256', 'PS256', 'ES384', 'EdDSA', 'es256', ''),
          oddJson,
        ),
      ),
      kid: maybe(KID, fc.oneof(fc.constantFrom('key-2', '', '../key-1', '__proto__', `${KID} `), oddJson)),
      typ: fc.oneof(fc.constantFrom('JWT', 'at+jwt'), oddText),
      jku: fc.constant('http://127.0.0.1:1/jwks.json'),
      jwk: fc.constant(stranger.publicKey.export({ format: 'jwk' })),
      crit: fc.oneof(fc.constantFrom([], ['exp'], ['b64']), oddJson),
      b64: fc.boolean(),
      zip: fc.constant('DEF'),
    },
    { requiredKeys: ['alg', 'kid'] },
  );
  const plain = fc.constant({ alg: 'ES256', kid: KID });
  const signer = fc.oneof({ weight: 12, arbitrary: fc.constant('issuer' as const) }, fc.constantFrom(...SIGNERS));
  return fc.record({ header: fc.oneof({ weight: 3, arbitrary: plain }, header), claims, signer });
}

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicPem: string;
  /** The JWKS document that the issuer publishes. */
  readonly jwks: string;
}

/** An HTTP server that publishes the keys. */
export interface Publisher {
  readonly keys: Keys;
  readonly jwksUrl: string;
  asked(): number;
  close(): Promise<void>;
}

export async function startPublisher(): Promise<Publisher> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey);
  const published = { ...publicKey.export({ format: 'jwk' }), kid: KID, alg: 'ES256', use: 'sig' };
  const jwks = JSON.stringify({ keys: [published] });
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(jwks);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    keys: { privateKey, publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(), jwks },
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    asked: () => asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Encodes and signs the token of a recipe. */
export function toToken({ header, claims, signer }: TokenRecipe, { privateKey, publicPem, jwks }: Keys): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  const byKey = (key: KeyObject): string =>
    createSign('sha256').update(signed).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url');
  const bySecret = (secret: string): string => createHmac('sha256', secret).update(signed).digest('base64url');
  const signatures: Record<TokenRecipe['signer'], () => string> = {
    issuer: () => byKey(privateKey),
    stranger: () => byKey(stranger.privateKey),
    nobody: () => '',
    'secret of the published keys': () => bySecret(jwks),
    'secret of the public key': () => bySecret(publicPem),
    'empty secret': () => bySecret(''),
    zeroes: () => Buffer.alloc(64).toString('base64url'),
  };
  return `${signed}.${signatures[signer]()}`;
}

/** Returns whether the standards require this server to accept the token for OWN_ACCOUNT; null if they leave it open. */
export function mayRead({ header, claims, signer }: TokenRecipe, nowSeconds: number, byKeyId: boolean): boolean | null {
  const { iss, aud, exp, nbf, iat, scope, accounts } = claims;
  const isGenuine = signer === 'issuer' && header['alg'] === 'ES256' && (!byKeyId || header['kid'] === KID);
  const isMeant = iss === ISSUER && [aud].flat().includes(AUDIENCE);
  const isInTime =
    typeof exp === 'number' &&
    exp > nowSeconds - 30 &&
    exp < 253_402_300_800 &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= nowSeconds + 30));
  const isListed = namesIn(accounts).includes(OWN_ACCOUNT) && namesIn(scope).includes('reports:read');
  const { typ } = header;
  const isAccessToken = typ === undefined || (typeof typ === 'string' && /^(?:application\/)?(?:at\+)?jwt$/i.test(typ));
  if (!isGenuine || !isMeant || !isInTime || !isListed || !isAccessToken) return false;
  // Headers that require more than a plain signature, and an odd `iat`, may be rejected.
  return Object.keys(header).every((name) => ['alg', 'kid', 'typ', 'jku', 'jwk', 'zip'].includes(name)) &&
    (iat === undefined || typeof iat === 'number') &&
    typeof claims['sub'] === 'string' &&
    header['kid'] === KID
    ? true
    : null;
}

function namesIn(claim: unknown): unknown[] {
  return typeof claim === 'string' ? claim.split(/[\s,]+/) : Array.isArray(claim) ? claim : [];
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
