import { z } from 'zod';
import { flag, int, webAddress } from './values.ts';

/** HOST, which other topics have rules about. */
export const host = z.string().default('127.0.0.1');

/** Where the server listens, and how it is reached. */
export const Server = z
  .object({
    HOST: host,
    PORT: int(4000, 0, 65_535),
    REQUEST_TIMEOUT_MS: int(30_000, 1_000, 300_000),
    KEEP_ALIVE_TIMEOUT_SECONDS: int(65, 1, 3_600),
    PUBLIC_URL: webAddress('https://reports.example.com').optional(),
    TRUST_PROXY: z
      .string()
      .regex(
        /^(true|false|\d)$/,
        'Set it to the number of trusted proxies in front of the server (0 to 9), or to true for one.',
      )
      .transform((text) => (text === 'true' ? 1 : text === 'false' ? 0 : Number(text)))
      .default(0),
    COMPRESSION: flag().default(true),
    ACCESS_LOG: flag().default(true),
    LOG_FORMAT: z.enum(['json', 'text'], 'Set it to json or text.').optional(),
    LOG_LEVEL: z
      .enum(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        'Set it to trace, debug, info, warn, error, fatal or silent.',
      )
      .default('info'),
  })
  .transform((env) => ({
    host: env.HOST,
    port: env.PORT,
    /** How long a request may take to arrive, with its body. */
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    /** How long a connection stays open without a request. */
    keepAliveTimeoutMs: env.KEEP_ALIVE_TIMEOUT_SECONDS * 1_000,
    /** Base URL by which the platform and browsers reach this server; null if it is not set. */
    publicUrl: env.PUBLIC_URL ?? null,
    /** Number of proxies in front of the server, each of which appends to X-Forwarded-For. */
    trustedProxies: env.TRUST_PROXY,
    /** Whether long responses are compressed if the client accepts that. */
    compressResponses: env.COMPRESSION,
    logLevel: env.LOG_LEVEL,
    /** How lines of the log are written; null if it is not set. */
    logFormat: env.LOG_FORMAT ?? null,
    /** Whether each operation gets a line in the log. */
    accessLog: env.ACCESS_LOG,
  }));
export type ServerConfig = z.output<typeof Server>;
