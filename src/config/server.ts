import { z } from 'zod';
import { flag, int, webAddress } from './values.ts';

/** HOST, which other topics have rules about. */
export const host = z.string().default('127.0.0.1');

/** Where the server listens, and how it is reached. */
export const Server = z
  .object({
    HOST: host.meta({
      description: 'Address to listen on; `0.0.0.0` means all IPv4 interfaces',
      values: 'IP address or host name of this machine',
    }),
    PORT: int(4000, 0, 65_535).describe('Port to listen on; 0 picks a free port'),
    REQUEST_TIMEOUT_MS: int(30_000, 1_000, 300_000).describe(
      'How long a request may take to arrive with its body, in milliseconds',
    ),
    KEEP_ALIVE_TIMEOUT_SECONDS: int(65, 1, 3_600).describe(
      'How long a connection stays open without a request, in seconds; set it longer than your load balancer’s timeout',
    ),
    PUBLIC_URL: webAddress('https://reports.example.com').optional().meta({
      description: 'Base URL by which ThingSpace and clients reach this server',
      values: 'http or https URL of up to 300 characters',
    }),
    TRUST_PROXY: z
      .string()
      .regex(
        /^(true|false|\d)$/,
        'Set it to the number of trusted proxies in front of the server (0 to 9), or to true for one.',
      )
      .transform((text) => (text === 'true' ? 1 : text === 'false' ? 0 : Number(text)))
      .default(0)
      .meta({
        description: 'Number of trusted proxies in front of the server, whose `X-Forwarded-…` headers are used',
        values: '0 to 9, `true` for 1 or `false` for 0',
      }),
    COMPRESSION: flag()
      .default(true)
      .describe('Compress responses of at least 1 kB, and downloads, if the client accepts it'),
    ACCESS_LOG: flag().default(true).describe('Log a line for each operation'),
    LOG_FORMAT: z.enum(['json', 'text'], 'Set it to json or text.').optional().meta({
      description: 'How the log is written: JSON, or text for people; by default JSON in production',
      unset: 'depends on `NODE_ENV`',
    }),
    LOG_LEVEL: z
      .enum(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        'Set it to trace, debug, info, warn, error, fatal or silent.',
      )
      .default('info')
      .describe('Least severe level to log'),
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
