import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from '../domain/callback-address.ts';
import { flag, webAddress, int, words } from './values.ts';

/** How callers are authenticated. */
export interface AuthConfig {
  /** How bearer tokens are checked; null if none is required. */
  readonly tokens: TokenConfig | null;
  /** Whether each caller sends its own tokens for the platform. */
  readonly callersBringTokens: boolean;
  /** Host names to accept besides the server's own; `*` accepts any. Null if it is not set. */
  readonly allowedHosts: readonly string[] | null;
}

/** Which bearer tokens are accepted. */
export interface TokenConfig {
  readonly keys: { readonly jwksUrl: string } | { readonly publicKey: string };
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  /** Name of the claim that lists the account numbers. */
  readonly accountsClaim: string;
}

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
/** Variables that have no effect unless tokens are checked. */
const TOKEN_VARIABLES = ['AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY', 'AUTH_ISSUER', 'AUTH_AUDIENCE'];

/** The environment variables of `AuthConfig`. */
export const AUTH_VARIABLES = {
  AUTH_MODE: z.enum(['none', 'jwt'], 'Set it to jwt or none.').default('none'),
  AUTH_ALLOW_ANONYMOUS: flag().default(false),
  ALLOWED_HOSTS: words()
    .refine(
      (names) => names.length > 0 && names.every((name) => name === '*' || isHostName(name)),
      'Set it to host names without scheme and port, separated by commas, such as reports.internal, or to * for any.',
    )
    .optional(),
  AUTH_JWKS_URL: webAddress('https://login.example.com/.well-known/jwks.json')
    .refine(
      (address) => address.startsWith('https:') || isLoopback(new URL(address).hostname),
      'Set it to an https URL. Without encryption, an attacker could replace the keys and sign in as anyone.',
    )
    .optional(),
  AUTH_PUBLIC_KEY: z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine(isPublicKey, 'Set it to a public key in PEM format, which begins with -----BEGIN PUBLIC KEY-----.')
    .optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_ALGORITHMS: words()
    .refine(
      (names) => names.length > 0 && names.every((name) => ALGORITHMS.includes(name)),
      `Set it to one or more signature algorithms, separated by commas: ${ALGORITHMS.join(', ')}.`,
    )
    .default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  AUTH_CLOCK_SKEW_SECONDS: int(30, 0, 300),
  AUTH_ACCOUNTS_CLAIM: z.string().default('accounts'),
  THINGSPACE_CREDENTIALS: z.enum(['server', 'caller'], 'Set it to server or caller.').default('server'),
};

type AuthVariables = z.infer<z.ZodObject<typeof AUTH_VARIABLES>>;

/** Converts the parsed variables to `AuthConfig`. */
export function toAuthConfig(env: AuthVariables): AuthConfig {
  const callersBringTokens = env.THINGSPACE_CREDENTIALS === 'caller';
  const allowedHosts = env.ALLOWED_HOSTS ?? null;
  if (env.AUTH_MODE === 'none') return { tokens: null, callersBringTokens, allowedHosts };
  const { AUTH_PUBLIC_KEY: publicKey, AUTH_JWKS_URL: jwksUrl = '' } = env;
  return {
    tokens: {
      keys: publicKey === undefined ? { jwksUrl } : { publicKey },
      issuer: env.AUTH_ISSUER ?? '',
      audience: env.AUTH_AUDIENCE ?? '',
      algorithms: env.AUTH_ALGORITHMS,
      clockSkewSeconds: env.AUTH_CLOCK_SKEW_SECONDS,
      accountsClaim: env.AUTH_ACCOUNTS_CLAIM,
    },
    callersBringTokens,
    allowedHosts,
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Checks variables that depend on each other, so that the server does not admit more callers than its operator intends. Returns a
 * line per fault.
 */
export function checkAuth(set: Variables, host: string): string[] {
  const isByTokens = set['AUTH_MODE'] === 'jwt';
  return [
    ...(isByTokens ? checkTokens(set) : findStrayVariables(set)),
    ...(set['THINGSPACE_CREDENTIALS'] === 'caller' ? checkCallers(set, isByTokens) : []),
    ...(isByTokens || !isOpenToStrangers(set, host)
      ? []
      : [
          `AUTH_MODE: Anyone who can reach ${host} could read the account’s usage. Set it to jwt, or set HOST to a loopback address. ` +
            'If a gateway in front authenticates callers, set AUTH_ALLOW_ANONYMOUS to true, and ALLOWED_HOSTS to the host names that it uses.',
        ]),
  ];
}

function checkTokens(set: Variables): string[] {
  const { AUTH_JWKS_URL: jwksUrl, AUTH_PUBLIC_KEY: publicKey } = set;
  const required = ['AUTH_ISSUER', 'AUTH_AUDIENCE'].filter((name) => set[name] === undefined);
  return [
    ...(jwksUrl === undefined && publicKey === undefined
      ? ['AUTH_JWKS_URL: Set it or AUTH_PUBLIC_KEY. Without a key, no token can be checked.']
      : []),
    ...(jwksUrl !== undefined && publicKey !== undefined
      ? ['AUTH_PUBLIC_KEY: AUTH_JWKS_URL is also set. Set only one of them.']
      : []),
    ...required.map((name) => `${name}: Set it. Without it, tokens issued for other services would be accepted.`),
  ];
}

function findStrayVariables(set: Variables): string[] {
  return TOKEN_VARIABLES.filter((name) => set[name] !== undefined).map(
    (name) => `${name}: It has no effect unless AUTH_MODE is jwt. Set AUTH_MODE to jwt, or unset this.`,
  );
}

function checkCallers(set: Variables, isByTokens: boolean): string[] {
  const ours = [
    'THINGSPACE_CLIENT_ID',
    'THINGSPACE_CLIENT_SECRET',
    'THINGSPACE_USERNAME',
    'THINGSPACE_PASSWORD',
  ].filter((name) => set[name] !== undefined);
  return [
    ...ours.map((name) => `${name}: Callers send their own tokens (THINGSPACE_CREDENTIALS is caller). Unset it.`),
    ...(isByTokens
      ? [
          'AUTH_MODE: Callers send their ThingSpace token in Authorization (THINGSPACE_CREDENTIALS is caller). Set it to none.',
        ]
      : []),
  ];
}

function isOpenToStrangers(set: Variables, host: string): boolean {
  return (
    set['THINGSPACE_PASSWORD'] !== undefined &&
    set['AUTH_ALLOW_ANONYMOUS'] !== 'true' &&
    host !== '::1' &&
    !isLoopback(host)
  );
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
