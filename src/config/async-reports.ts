import { isIP } from 'node:net';
import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/durations.ts';
import { webAddress, int, words } from './values.ts';

/** How asynchronous reports are received, stored and downloaded. */
export interface CallbackConfig {
  /** Base URL by which the platform and browsers reach this server; null if it is not set. */
  readonly publicUrl: string | null;
  /** Last segment of the callback path; if null, the store generates one and keeps it. */
  readonly callbackSecret: string | null;
  /** HTTP Basic credentials that callbacks must send; null if the secret path is enough. */
  readonly callbackCredentials: { readonly username: string; readonly password: string } | null;
  /** The key that callback bodies must be signed with, and the header of the signature; null if none is required. */
  readonly callbackSignature: { readonly secret: string; readonly header: string } | null;
  /** Addresses and networks that may send callbacks; empty allows all. */
  readonly callbackAllowedIps: readonly string[];
  /** Number of proxies in front of the server, each of which appends to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** A PostgreSQL URL; null stores reports in SQLite, in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly retentionMs: number;
  readonly callbackQuietMs: number;
  readonly callbackDeadlineMs: number;
  readonly downloadLinkMs: number;
}

/** The environment variables of `CallbackConfig`. */
export const CALLBACK_VARIABLES = {
  PUBLIC_URL: webAddress('https://reports.example.com').optional(),
  CALLBACK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{8,256}$/, 'Set it to 8 to 256 characters: letters, digits, ".", "_", "~" and "-".')
    .optional(),
  CALLBACK_USERNAME: z
    .string()
    .regex(/^[^:\p{Cc}]*$/u, 'Set it to a text without ":" and without control characters.')
    .optional(),
  CALLBACK_PASSWORD: z.string().optional(),
  CALLBACK_HMAC_SECRET: z.string().optional(),
  CALLBACK_HMAC_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'Set it to a header name, such as X-Signature.')
    .default('X-Signature'),
  CALLBACK_ALLOWED_IPS: words()
    .refine(
      (parts) => parts.every(isNetwork),
      'Set it to IP addresses or networks, separated by commas, such as 3.87.163.45,10.0.0.0/8.',
    )
    .default([]),
  TRUST_PROXY: z
    .string()
    .regex(
      /^(true|false|\d)$/,
      'Set it to the number of trusted proxies in front of the server (0 to 9), or to true for one.',
    )
    .transform((text) => (text === 'true' ? 1 : text === 'false' ? 0 : Number(text)))
    .default(0),
  DATABASE_URL: z
    .string()
    .refine(
      (address) => /^postgres(ql)?:\/\//.test(address) && URL.canParse(address),
      'Set it to a PostgreSQL URL, such as postgres://user:password@host:5432/database.',
    )
    .optional(),
  DATA_DIR: z.string().default('./data'),
  RETENTION_DAYS: int(30, 1, 3_650),
  CALLBACK_QUIET_MINUTES: int(15, 1, 1_440),
  CALLBACK_DEADLINE_HOURS: int(24, 1, 720),
  DOWNLOAD_LINK_MINUTES: int(60, 1, 10_080),
};

type CallbackVariables = z.infer<z.ZodObject<typeof CALLBACK_VARIABLES>>;

/** Converts the parsed variables to `CallbackConfig`. */
export function toCallbackConfig(env: CallbackVariables): CallbackConfig {
  return {
    publicUrl: env.PUBLIC_URL ?? null,
    callbackSecret: env.CALLBACK_SECRET ?? null,
    callbackCredentials:
      env.CALLBACK_USERNAME === undefined
        ? null
        : { username: env.CALLBACK_USERNAME, password: env.CALLBACK_PASSWORD ?? '' },
    callbackSignature:
      env.CALLBACK_HMAC_SECRET === undefined
        ? null
        : { secret: env.CALLBACK_HMAC_SECRET, header: env.CALLBACK_HMAC_HEADER.toLowerCase() },
    callbackAllowedIps: env.CALLBACK_ALLOWED_IPS,
    trustedProxies: env.TRUST_PROXY,
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir: env.DATA_DIR,
    retentionMs: env.RETENTION_DAYS * DAY_MS,
    callbackQuietMs: env.CALLBACK_QUIET_MINUTES * MINUTE_MS,
    callbackDeadlineMs: env.CALLBACK_DEADLINE_HOURS * HOUR_MS,
    downloadLinkMs: env.DOWNLOAD_LINK_MINUTES * MINUTE_MS,
  };
}

/**
 * Checks variables that depend on each other: a user name needs a password, and a password a user name. Returns a line per fault.
 */
export function checkCallbacks(set: Readonly<Record<string, string | undefined>>): string[] {
  const halves = ['CALLBACK_USERNAME', 'CALLBACK_PASSWORD'] as const;
  const missing = halves.filter((name) => set[name] === undefined);
  return missing.length === 1 ? missing.map((name) => `${name}: Set both or neither of ${halves.join(' and ')}.`) : [];
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
