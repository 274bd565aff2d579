import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from '../domain/callback-address.ts';
import { host } from './server.ts';
import { flag, webAddress, int, words, withRules, type MaybeInvalid, type RuleFault } from './values.ts';

/** Algorithms with a public key. With a shared secret, whoever can check a token could also make one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const Variables = z.object({
  AUTH_MODE: z
    .enum(['none', 'jwt'], 'Set it to jwt or none.')
    .default('none')
    .describe('How clients authenticate: `none` accepts everyone, `jwt` requires a bearer token'),
  AUTH_ALLOW_ANONYMOUS: flag()
    .default(false)
    .describe('Allow real credentials without authentication, because a gateway in front authenticates clients'),
  ALLOWED_HOSTS: words()
    .refine(
      (names) => names.length > 0 && names.every((name) => name === '*' || isHostName(name)),
      'Set it to host names without scheme and port, separated by commas, such as reports.internal, or to * for any.',
    )
    .optional()
    .meta({
      description: 'Extra Host names to accept when authentication is off, separated by commas',
      values: 'host names without port, or `*`',
    }),
  AUTH_JWKS_URL: webAddress('https://login.example.com/.well-known/jwks.json')
    .refine(
      (address) => address.startsWith('https:') || isLoopback(new URL(address).hostname),
      'Set it to an https URL. Without encryption, an attacker could replace the keys and sign in as anyone.',
    )
    .optional()
    .meta({ description: 'URL of the issuer’s JSON Web Key Set', values: 'https URL; http only on loopback' }),
  AUTH_PUBLIC_KEY: z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine(isPublicKey, 'Set it to a public key in PEM format, which begins with -----BEGIN PUBLIC KEY-----.')
    .optional()
    .meta({
      description: 'The issuer’s public key, instead of `AUTH_JWKS_URL`',
      values: 'PEM; line breaks may be `\\n`',
    }),
  AUTH_ISSUER: z.string().optional().describe('Required issuer of tokens, in the claim `iss`'),
  AUTH_AUDIENCE: z.string().optional().describe('Required audience of tokens, in the claim `aud`'),
  AUTH_ALGORITHMS: words()
    .refine(
      (names) => names.length > 0 && names.every((name) => ALGORITHMS.includes(name)),
      `Set it to one or more signature algorithms, separated by commas: ${ALGORITHMS.join(', ')}.`,
    )
    .default(['RS256', 'PS256', 'ES256', 'EdDSA'])
    .meta({ description: 'Accepted signature algorithms, separated by commas', values: ALGORITHMS.join(', ') }),
  AUTH_CLOCK_SKEW_SECONDS: int(30, 0, 300).describe('Tolerance for clock differences, in seconds'),
  AUTH_ACCOUNTS_CLAIM: z
    .string()
    .default('accounts')
    .describe('Claim that lists the account numbers a client may read'),
  AUTH_SCOPES_CLAIM: words()
    .refine(
      (names) => names.length > 0,
      'Set it to one or more names of claims, separated by commas, such as permissions.',
    )
    .default(['scope', 'scp'])
    .meta({ description: 'Claims that list the scopes of a client, separated by commas', values: 'names of claims' }),
  THINGSPACE_CREDENTIALS: z
    .enum(['server', 'caller'], 'Set it to server or caller.')
    .default('server')
    .describe('Whose tokens to send: `server` signs in with the credentials, `caller` forwards those of each client'),
  HOST: host,
  THINGSPACE_PASSWORD: z.string().optional(),
});
type Env = z.output<typeof Variables>;

/** How callers are authenticated. */
export const Auth = withRules(Variables, findFaults).transform((env) => ({
  /** How bearer tokens are checked; null if none is required. */
  tokens: env.AUTH_MODE === 'none' ? null : toTokenConfig(env),
  /** Whether each caller sends its own tokens for the platform. */
  callersBringTokens: env.THINGSPACE_CREDENTIALS === 'caller',
  /** Host names to accept besides the server's own; `*` accepts any. Null if it is not set. */
  allowedHosts: env.ALLOWED_HOSTS ?? null,
}));
export type AuthConfig = z.output<typeof Auth>;
/** Which bearer tokens are accepted. */
export type TokenConfig = NonNullable<AuthConfig['tokens']>;

function toTokenConfig(env: Env) {
  const { AUTH_PUBLIC_KEY: publicKey, AUTH_JWKS_URL: jwksUrl = '' } = env;
  const keys: { jwksUrl: string } | { publicKey: string } = publicKey === undefined ? { jwksUrl } : { publicKey };
  return {
    keys,
    issuer: env.AUTH_ISSUER ?? '',
    audience: env.AUTH_AUDIENCE ?? '',
    algorithms: env.AUTH_ALGORITHMS,
    clockSkewSeconds: env.AUTH_CLOCK_SKEW_SECONDS,
    /** Name of the claim that lists the account numbers. */
    accountsClaim: env.AUTH_ACCOUNTS_CLAIM,
    /** Names of the claims that list the scopes; those of all of them are granted. */
    scopesClaims: env.AUTH_SCOPES_CLAIM,
  };
}

/** The server must not admit more callers than its operator intends. */
function findFaults(env: MaybeInvalid<Env>): RuleFault[] {
  return env.AUTH_MODE === 'jwt' ? findTokenFaults(env) : findOpenFaults(env);
}

function findTokenFaults(env: MaybeInvalid<Env>): RuleFault[] {
  const { AUTH_JWKS_URL: jwksUrl, AUTH_PUBLIC_KEY: publicKey } = env;
  const faults: RuleFault[] = [];
  if (jwksUrl === undefined && publicKey === undefined)
    faults.push(['AUTH_JWKS_URL', 'Set it or AUTH_PUBLIC_KEY. Without a key, no token can be checked.']);
  if (jwksUrl !== undefined && publicKey !== undefined)
    faults.push(['AUTH_PUBLIC_KEY', 'AUTH_JWKS_URL is also set. Set only one of them.']);
  for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE'] as const)
    if (env[name] === undefined)
      faults.push([name, 'Set it. Without it, tokens issued for other services would be accepted.']);
  if (env.THINGSPACE_CREDENTIALS === 'caller')
    faults.push([
      'AUTH_MODE',
      'Callers send their ThingSpace token in Authorization (THINGSPACE_CREDENTIALS is caller). Set it to none.',
    ]);
  return faults;
}

/** Variables that have no effect unless tokens are checked. */
const TOKEN_VARIABLES = ['AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY', 'AUTH_ISSUER', 'AUTH_AUDIENCE'] as const;

function findOpenFaults(env: MaybeInvalid<Env>): RuleFault[] {
  const faults = TOKEN_VARIABLES.filter((name) => env[name] !== undefined).map((name): RuleFault => [
    name,
    'It has no effect unless AUTH_MODE is jwt. Set AUTH_MODE to jwt, or unset this.',
  ]);
  const { HOST, THINGSPACE_PASSWORD: password, AUTH_ALLOW_ANONYMOUS: isAllowed } = env;
  if (password !== undefined && isAllowed !== true && HOST !== '::1' && !isLoopback(HOST))
    faults.push([
      'AUTH_MODE',
      `Anyone who can reach ${HOST} could read the account’s usage. Set it to jwt, or set HOST to a loopback address. ` +
        'If a gateway in front authenticates callers, set AUTH_ALLOW_ANONYMOUS to true, and ALLOWED_HOSTS to the host names that it uses.',
    ]);
  return faults;
}

function isHostName(text: string): boolean {
  return /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(text);
}

function isPublicKey(text: string): boolean {
  if (text.includes('PRIVATE')) return false;
  try {
    return createPublicKey(text).type === 'public';
  } catch {
    return false;
  }
}
