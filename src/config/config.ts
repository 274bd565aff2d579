import { z } from 'zod';
import { isAccountNumber, type AccountNumber } from '../domain/account.ts';
import type { Credentials } from '../thingspace/credentials.ts';
import { CALLBACK_VARIABLES, checkCallbacks, toCallbackConfig, type CallbackConfig } from './async-reports.ts';
import { AUTH_VARIABLES, checkAuth, toAuthConfig, type AuthConfig } from './auth.ts';
import { LIMITS_VARIABLES, toLimitsConfig, type LimitsConfig } from './limits.ts';
import { readSecretFiles, readTextFile, type ReadText } from './secret-files.ts';
import { flag, webAddress, int } from './values.ts';

/** The settings of the server. */
export interface Config extends CallbackConfig, AuthConfig, LimitsConfig {
  readonly host: string;
  readonly port: number;
  readonly baseUrl: string;
  /** Null if none are set: then callers send their own tokens, or the embedded simulator is the platform. */
  readonly credentials: Credentials | null;
  /** The account to use if a query names none; null if there is no default. */
  readonly accountNumber: AccountNumber | null;
  readonly repeatInHeaders: boolean;
  readonly callTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly retries: number;
  readonly concurrency: number;
  /** Number of failed calls that opens the circuit breaker; 0 turns it off. */
  readonly breakerFailures: number;
  readonly maxResponseBytes: number;
  readonly maxUpstreamCalls: number;
  readonly batchWindowMs: number;
  readonly cacheUnsettledMs: number;
  /** 0 turns the cache off. */
  readonly cacheMaxBytes: number;
  /** Whether each response reports its upstream cost. */
  readonly reportCost: boolean;
  readonly graphiql: boolean;
  /** Whether callers may read the schema by introspection. */
  readonly introspection: boolean;
  /** Whether validation errors suggest similar names of the schema. */
  readonly suggestions: boolean;
  /** Requests that a caller may send per minute; 0 for no limit. */
  readonly rateLimitPerMinute: number;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
}

/** Thrown if the configuration cannot work. Its message has a line for each variable that is wrong or missing. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const LOOPBACK = '127.0.0.1';

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().default(LOOPBACK),
  PORT: int(4000, 0, 65_535),
  THINGSPACE_BASE_URL: webAddress('https://thingspace.verizon.com/api').default('https://thingspace.verizon.com/api'),
  THINGSPACE_CLIENT_ID: z.string().optional(),
  THINGSPACE_CLIENT_SECRET: z.string().optional(),
  THINGSPACE_USERNAME: z.string().optional(),
  THINGSPACE_PASSWORD: z.string().optional(),
  THINGSPACE_ACCOUNT_NUMBER: z
    .custom<AccountNumber>(
      isAccountNumber,
      'Set it to an account number: 1 to 64 letters, digits and "-", with its leading zeros.',
    )
    .optional(),
  THINGSPACE_REPEAT_IN_HEADERS: flag().default(true),
  UPSTREAM_CALL_TIMEOUT_MS: int(15_000, 1, 600_000),
  UPSTREAM_TOTAL_TIMEOUT_MS: int(45_000, 1, 600_000),
  UPSTREAM_RETRIES: int(2, 0, 10),
  UPSTREAM_CONCURRENCY: int(20, 1, 1_000),
  UPSTREAM_BREAKER_FAILURES: int(8, 0, 1_000),
  UPSTREAM_MAX_ANSWER_BYTES: int(16 * 2 ** 20, 1_024, 2 ** 30),
  MAX_UPSTREAM_CALLS: int(100, 1, 100_000),
  UPSTREAM_BATCH_WINDOW_MS: int(6, 0, 1_000),
  CACHE_UNSETTLED_SECONDS: int(10, 0, 3_600),
  CACHE_MAX_BYTES: int(64 * 2 ** 20, 0, 2 ** 34),
  REPORT_UPSTREAM_COST: flag().optional(),
  GRAPHIQL: flag().optional(),
  INTROSPECTION: flag().optional(),
  SUGGESTIONS: flag().optional(),
  RATE_LIMIT_PER_MINUTE: int(0, 0, 1_000_000),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'Set it to trace, debug, info, warn, error, fatal or silent.',
    )
    .default('info'),
  ...AUTH_VARIABLES,
  ...CALLBACK_VARIABLES,
  ...LIMITS_VARIABLES,
});

/** Any other value means production: a misspelt or unknown name must not reveal more to strangers. */
const OPEN_ENVIRONMENTS = new Set(['development', 'test']);

/**
 * Reads the configuration from environment variables, and secrets from the files that they name. An empty value counts as not
 * set. Throws ConfigError that names every bad variable.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  readText: ReadText = readTextFile,
): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { variables: set, faults: fileFaults } = readSecretFiles(given, readText);
  const parsed = Environment.safeParse(set);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const credentials = readCredentials(set, faults);
  faults.push(...checkAuth(set, set['HOST'] ?? LOOPBACK), ...checkCallbacks(set));
  // A secret whose file cannot be used is not reported as missing, too.
  const reported = [...faults.filter((fault) => !fileFaults.has(fault.split(':')[0] ?? '')), ...fileFaults.values()];
  if (!parsed.success || reported.length > 0) {
    throw new ConfigError(['The configuration is not valid:', ...reported.map((fault) => `  ${fault}`)].join('\n'));
  }
  const env = parsed.data;
  const isOpen = OPEN_ENVIRONMENTS.has(env.NODE_ENV ?? 'development');
  return {
    host: env.HOST,
    port: env.PORT,
    baseUrl: env.THINGSPACE_BASE_URL,
    credentials,
    accountNumber: env.THINGSPACE_ACCOUNT_NUMBER ?? null,
    repeatInHeaders: env.THINGSPACE_REPEAT_IN_HEADERS,
    callTimeoutMs: env.UPSTREAM_CALL_TIMEOUT_MS,
    totalTimeoutMs: env.UPSTREAM_TOTAL_TIMEOUT_MS,
    retries: env.UPSTREAM_RETRIES,
    concurrency: env.UPSTREAM_CONCURRENCY,
    breakerFailures: env.UPSTREAM_BREAKER_FAILURES,
    maxResponseBytes: env.UPSTREAM_MAX_ANSWER_BYTES,
    maxUpstreamCalls: env.MAX_UPSTREAM_CALLS,
    batchWindowMs: env.UPSTREAM_BATCH_WINDOW_MS,
    cacheUnsettledMs: env.CACHE_UNSETTLED_SECONDS * 1_000,
    cacheMaxBytes: env.CACHE_MAX_BYTES,
    reportCost: env.REPORT_UPSTREAM_COST ?? isOpen,
    graphiql: env.GRAPHIQL ?? isOpen,
    introspection: env.INTROSPECTION ?? isOpen,
    suggestions: env.SUGGESTIONS ?? isOpen,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    logLevel: env.LOG_LEVEL,
    ...toAuthConfig(env),
    ...toCallbackConfig(env),
    ...toLimitsConfig(env),
  };
}

const CREDENTIALS = {
  clientId: 'THINGSPACE_CLIENT_ID',
  clientSecret: 'THINGSPACE_CLIENT_SECRET',
  username: 'THINGSPACE_USERNAME',
  password: 'THINGSPACE_PASSWORD',
} as const;

/** If one of these is set, the operator means the real platform, so all credentials are required. */
const POINTS_TO_PLATFORM = [...Object.values(CREDENTIALS), 'THINGSPACE_BASE_URL', 'THINGSPACE_ACCOUNT_NUMBER'];

function readCredentials(set: Readonly<Record<string, string | undefined>>, faults: string[]): Credentials | null {
  const named = POINTS_TO_PLATFORM.filter((name) => set[name] !== undefined);
  if (named.length === 0 || set['THINGSPACE_CREDENTIALS'] === 'caller') return null;
  const { clientId, clientSecret, username, password } = CREDENTIALS;
  for (const name of Object.values(CREDENTIALS)) {
    if (set[name] === undefined)
      faults.push(`${name}: Set it as well, or unset ${named.join(', ')} to use the simulator.`);
  }
  return {
    clientId: set[clientId] ?? '',
    clientSecret: set[clientSecret] ?? '',
    username: set[username] ?? '',
    password: set[password] ?? '',
  };
}
