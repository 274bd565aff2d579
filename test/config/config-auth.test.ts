import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';

const CREDENTIALS = {
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
};
const TOKENS = {
  AUTH_MODE: 'jwt',
  AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
  AUTH_ISSUER: 'https://login.example.com/',
  AUTH_AUDIENCE: 'https://reports.example.com',
};
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PUBLIC_PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** The variables that the error names. */
function faultsOf(environment: Record<string, string | undefined>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').flatMap((line) => /^ {2}(\w+):/.exec(line)?.[1] ?? []);
  }
  return [];
}

describe('authentication', () => {
  test.each(['0.0.0.0', '::', '192.168.1.7', 'reports.example.com', '127.evil.example.com'])(
    'must be configured or waived before real credentials are served on %s',
    (host) => {
      expect(faultsOf({ ...CREDENTIALS, HOST: host })).toEqual(['AUTH_MODE']);
      expect(faultsOf({ ...CREDENTIALS, HOST: host, AUTH_MODE: 'none' })).toEqual(['AUTH_MODE']);
      expect(faultsOf({ ...CREDENTIALS, HOST: host, AUTH_ALLOW_ANONYMOUS: 'true' })).toEqual([]);
      expect(faultsOf({ ...CREDENTIALS, ...TOKENS, HOST: host })).toEqual([]);
      expect(faultsOf({ HOST: host })).toEqual([]);
    },
  );

  test.each([undefined, '127.0.0.1', '127.8.9.1', '::1', 'localhost'])('is not required on %s', (host) => {
    expect(faultsOf({ ...CREDENTIALS, HOST: host })).toEqual([]);
  });

  test('accepts tokens of one issuer for this audience, signed with its published keys or with one key', () => {
    expect(readConfig(TOKENS).auth.tokens).toEqual({
      keys: { jwksUrl: 'https://login.example.com/jwks.json' },
      issuer: 'https://login.example.com/',
      audience: 'https://reports.example.com',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      clockSkewSeconds: 30,
      accountsClaim: 'accounts',
      scopesClaims: ['scope', 'scp'],
    });
    const withKey = { ...TOKENS, AUTH_JWKS_URL: '', AUTH_PUBLIC_KEY: PUBLIC_PEM.replaceAll('\n', '\\n') };
    expect(readConfig(withKey).auth.tokens?.keys).toEqual({ publicKey: PUBLIC_PEM });
    expect(readConfig({}).auth.tokens).toBeNull();
  });

  test('reads scopes from the claims that are named, separated by commas or spaces', () => {
    const claimsOf = (AUTH_SCOPES_CLAIM: string) =>
      readConfig({ ...TOKENS, AUTH_SCOPES_CLAIM }).auth.tokens?.scopesClaims;
    expect(claimsOf('permissions')).toEqual(['permissions']);
    expect(claimsOf('scp, roles')).toEqual(['scp', 'roles']);
    expect(claimsOf('https://reports.example.com/scopes')).toEqual(['https://reports.example.com/scopes']);
    expect(faultsOf({ ...TOKENS, AUTH_SCOPES_CLAIM: ',' })).toEqual(['AUTH_SCOPES_CLAIM']);
  });

  test('rejects missing variables, and variables that have no effect', () => {
    expect(faultsOf({ AUTH_MODE: 'jwt' })).toEqual(['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE']);
    expect(faultsOf({ ...TOKENS, AUTH_PUBLIC_KEY: PUBLIC_PEM })).toEqual(['AUTH_PUBLIC_KEY']);
    expect(faultsOf({ ...TOKENS, AUTH_MODE: undefined })).toEqual(['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE']);
  });

  test('rejects keys over plain HTTP, and a key that could sign', () => {
    expect(faultsOf({ ...TOKENS, AUTH_JWKS_URL: 'http://login.example.com/jwks.json' })).toEqual(['AUTH_JWKS_URL']);
    expect(faultsOf({ ...TOKENS, AUTH_JWKS_URL: 'http://127.0.0.1:8080/jwks.json' })).toEqual([]);
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    for (const key of [secret, 'a shared secret', PUBLIC_PEM.slice(0, 60)]) {
      expect(faultsOf({ ...TOKENS, AUTH_JWKS_URL: '', AUTH_PUBLIC_KEY: key })).toEqual(['AUTH_PUBLIC_KEY']);
    }
  });

  test('with callers’ own platform tokens excludes credentials of this server and AUTH_MODE=jwt', () => {
    const callers = { THINGSPACE_CREDENTIALS: 'caller', HOST: '0.0.0.0' };
    expect(readConfig({ ...callers, THINGSPACE_ACCOUNT_NUMBER: '0844021539-00001' })).toMatchObject({
      platform: { credentials: null },
      auth: { callersBringTokens: true, tokens: null },
    });
    expect(faultsOf({ ...callers, ...CREDENTIALS, HOST: '127.0.0.1' })).toEqual(Object.keys(CREDENTIALS));
    expect(faultsOf({ ...callers, ...TOKENS })).toEqual(['AUTH_MODE']);
  });
});
