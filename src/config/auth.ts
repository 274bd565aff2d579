import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from '../domain/callback-address.ts';
import { flag, webAddress, int, words } from './values.ts';

/** How callers are told apart. */
export interface AuthConfig {
  /** Null lets everybody in who reaches the server. */
  readonly tokens: TokenConfig | null;
  /** Whether each caller brings tokens of their own for the platform. */
  readonly callersBringTokens: boolean;
  /** Names that requests may call this server by, beside its own; `*` is any. Null where nobody said. */
  readonly allowedHosts: readonly string[] | null;
}

/** Which bearer tokens are taken. */
export interface TokenConfig {
  readonly keys: { readonly jwksUrl: string } | { readonly publicKey: string };
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  /** The claim that lists the account numbers. */
  readonly accountsClaim: string;
}

/** Signatures that a public key checks: with the others, whoever can check a token could make one. */
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
/** What is set by whoever means to have tokens checked. */
const TOKEN_VARIABLES = ['AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY', 'AUTH_ISSUER', 'AUTH_AUDIENCE'];

/** The variables of `AuthConfig`. */
export const AUTH_VARIABLES = {
  AUTH_MODE: z.enum(['none', 'jwt'], 'Set it to jwt, or to none.').default('none'),
  AUTH_ALLOW_ANONYMOUS: flag().default(false),
  ALLOWED_HOSTS: words()
    .refine(
      (names) => names.length > 0 && names.every((name) => name === '*' || isHostName(name)),
      'Set it to host names without scheme and port, with commas between, such as reports.internal; or to * for any.',
    )
    .optional(),
  AUTH_JWKS_URL: webAddress('https://login.example.com/.well-known/jwks.json')
    .refine(
      (address) => address.startsWith('https:') || isLoopback(new URL(address).hostname),
      'Set it to an https address: whoever could change the keys on their way could sign in as anybody.',
    )
    .optional(),
  AUTH_PUBLIC_KEY: z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine(isPublicKey, 'Set it to a public key in PEM form, which begins with -----BEGIN PUBLIC KEY-----.')
    .optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_ALGORITHMS: words()
    .refine(
      (names) => names.length > 0 && names.every((name) => ALGORITHMS.includes(name)),
      `Set it to signatures by a key pair, with commas between: ${ALGORITHMS.join(', ')}.`,
    )
    .default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  AUTH_CLOCK_SKEW_SECONDS: int(30, 0, 300),
  AUTH_ACCOUNTS_CLAIM: z.string().default('accounts'),
  THINGSPACE_CREDENTIALS: z.enum(['server', 'caller'], 'Set it to server, or to caller.').default('server'),
};

type AuthVariables = z.infer<z.ZodObject<typeof AUTH_VARIABLES>>;

/** The configuration that the variables make. */
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

/** What no single variable shows: a server that would let in more than its operator means to. */
export function checkAuth(set: Variables, host: string): string[] {
  const isByTokens = set['AUTH_MODE'] === 'jwt';
  return [
    ...(isByTokens ? checkTokens(set) : findStrayVariables(set)),
    ...(set['THINGSPACE_CREDENTIALS'] === 'caller' ? checkCallers(set, isByTokens) : []),
    ...(isByTokens || !isOpenToStrangers(set, host)
      ? []
      : [
          `AUTH_MODE: Whoever reaches ${host} could read the account’s figures. Set it to jwt, or HOST to a loopback address; ` +
            'where a gateway in front knows its callers, set AUTH_ALLOW_ANONYMOUS to true, and ALLOWED_HOSTS to the names that it calls.',
        ]),
  ];
}

function checkTokens(set: Variables): string[] {
  const { AUTH_JWKS_URL: jwksUrl, AUTH_PUBLIC_KEY: publicKey } = set;
  const required = ['AUTH_ISSUER', 'AUTH_AUDIENCE'].filter((name) => set[name] === undefined);
  return [
    ...(jwksUrl === undefined && publicKey === undefined
      ? ['AUTH_JWKS_URL: Set it, or AUTH_PUBLIC_KEY: without keys no token can be checked.']
      : []),
    ...(jwksUrl !== undefined && publicKey !== undefined
      ? ['AUTH_PUBLIC_KEY: AUTH_JWKS_URL is set, too. Set one of them.']
      : []),
    ...required.map((name) => `${name}: Set it: without it, tokens that were made for others would be taken.`),
  ];
}

function findStrayVariables(set: Variables): string[] {
  return TOKEN_VARIABLES.filter((name) => set[name] !== undefined).map(
    (name) => `${name}: It has no effect unless AUTH_MODE is jwt. Set that, or unset this.`,
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
    ...ours.map((name) => `${name}: Callers bring their own tokens (THINGSPACE_CREDENTIALS is caller). Unset it.`),
    ...(isByTokens
      ? [
          'AUTH_MODE: Callers send the platform’s token in Authorization (THINGSPACE_CREDENTIALS is caller). Set it to none.',
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
