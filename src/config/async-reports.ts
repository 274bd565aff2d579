import { isIP } from 'node:net';
import { z } from 'zod';
import { webAddress, int, words } from './values.ts';

/** How asynchronous reports are received, kept and handed out. */
export interface CallbackConfig {
  /** Where the platform and browsers reach this server; null where nobody said. */
  readonly publicUrl: string | null;
  /** The last part of the receiver's path; null lets the store keep a random one. */
  readonly callbackSecret: string | null;
  /** What senders have to sign in with; null lets in who knows the secret. */
  readonly callbackCredentials: { readonly username: string; readonly password: string } | null;
  /** What senders have to sign their bodies with, and in which header; null asks for none. */
  readonly callbackSignature: { readonly secret: string; readonly header: string } | null;
  /** Addresses and networks that may send; empty lets all. */
  readonly callbackAllowedIps: readonly string[];
  /** How many proxies stand in front, each adding to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** A PostgreSQL address; null for SQLite in the folder. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly retentionMs: number;
  readonly callbackQuietMs: number;
  readonly callbackDeadlineMs: number;
  readonly downloadLinkMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The variables of `CallbackConfig`. */
export const CALLBACK_VARIABLES = {
  PUBLIC_URL: webAddress('https://reports.example.com').optional(),
  CALLBACK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{8,256}$/, 'Set it to 8 to 256 letters, digits, ".", "_", "~" and "-".')
    .optional(),
  CALLBACK_USERNAME: z
    .string()
    .regex(/^[^:\p{Cc}]*$/u, 'Set it to a text without ":".')
    .optional(),
  CALLBACK_PASSWORD: z.string().optional(),
  CALLBACK_HMAC_SECRET: z.string().optional(),
  CALLBACK_HMAC_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'Set it to a header’s name, such as X-Signature.')
    .default('X-Signature'),
  CALLBACK_ALLOWED_IPS: words()
    .refine(
      (parts) => parts.every(isNetwork),
      'Set it to IP addresses or networks with commas between, such as 3.87.163.45,10.0.0.0/8.',
    )
    .default([]),
  TRUST_PROXY: z
    .string()
    .regex(/^(true|false|\d)$/, 'Set it to the number of proxies in front, or to true for one.')
    .transform((text) => (text === 'true' ? 1 : text === 'false' ? 0 : Number(text)))
    .default(0),
  DATABASE_URL: z
    .string()
    .refine(
      (address) => /^postgres(ql)?:\/\//.test(address) && URL.canParse(address),
      'Set it to a PostgreSQL address, such as postgres://user:password@host:5432/database.',
    )
    .optional(),
  DATA_DIR: z.string().default('./data'),
  RETENTION_DAYS: int(30, 1, 3_650),
  CALLBACK_QUIET_MINUTES: int(15, 1, 1_440),
  CALLBACK_DEADLINE_HOURS: int(24, 1, 720),
  DOWNLOAD_LINK_MINUTES: int(60, 1, 10_080),
};

type CallbackVariables = z.infer<z.ZodObject<typeof CALLBACK_VARIABLES>>;

/** The configuration that the variables make. */
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

/** What no single variable shows: credentials of which one half is missing. */
export function checkCallbacks(set: Readonly<Record<string, string | undefined>>): string[] {
  const halves = ['CALLBACK_USERNAME', 'CALLBACK_PASSWORD'] as const;
  const missing = halves.filter((name) => set[name] === undefined);
  return missing.length === 1 ? missing.map((name) => `${name}: Set it, too, or neither of ${halves.join(', ')}.`) : [];
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
