import { z } from 'zod';
import { int } from './values.ts';

const CPU_SHARE_ADVICE = 'Set it to a number from 0.01 to 1, such as 0.25, or to 0 for no limit.';

/** OPERATION_TIMEOUT_MS, which the time of a shutdown depends on. */
export const operationTimeout = int(60_000, 1, 3_600_000);

/** How large an operation may be, how long it may take, and how many a caller may send. */
export const Limits = z
  .object({
    MAX_UPSTREAM_CALLS: int(100, 1, 100_000).describe('Calls to ThingSpace that one operation may need'),
    MAX_UPSTREAM_BYTES: int(12 * 2 ** 20, 2 ** 16, 2 ** 34).describe(
      'Bytes of ThingSpace’s responses that one operation may wait for',
    ),
    MAX_STORE_READS: int(500, 1, 1_000_000).describe('Database reads of stored reports that one operation may make'),
    MAX_COMPUTED_ROWS: int(400_000, 1_000, 1_000_000_000).describe(
      'Rows that one operation may add up, sort or group, each once for each thing computed from it',
    ),
    MAX_RESPONSE_BYTES: int(8 * 2 ** 20, 16_384, 2 ** 28).describe('Bytes of a response without its errors'),
    MAX_DEPTH: int(20, 1, 1_000).describe('Levels of nested fields, or of nested values in an argument'),
    MAX_FIELDS: int(5_000, 1, 1_000_000).describe('Fields of an operation'),
    MAX_ROOT_FIELDS: int(100, 1, 100_000).describe('Top-level fields of an operation'),
    MAX_ALIASES: int(500, 0, 100_000).describe(
      'Aliases of an operation; an alias counts once for every 50 characters or part of them',
    ),
    MAX_DIRECTIVES: int(100, 0, 100_000).describe('Directives of an operation'),
    MAX_DOCUMENT_BYTES: int(256_000, 1, 1_000_000).describe('Bytes of a document, with white space and comments'),
    MAX_TOKENS: int(20_000, 1, 1_000_000).describe('Tokens of a document: names, values, punctuation and comments'),
    PREPARED_OPERATIONS_MAX_BYTES: int(32 * 2 ** 20, 2 ** 20, 2 ** 34).describe(
      'Memory of parsed, validated and compiled documents together, in bytes, approximately',
    ),
    OPERATION_TIMEOUT_MS: operationTimeout.describe(
      'Timeout of an operation, in milliseconds; fields that are not ready by then fail, and the rest is returned',
    ),
    MAX_SUBSCRIPTIONS_PER_CALLER: int(100, 0, 1_000_000).describe(
      'Open subscriptions of one client at once; 0 means no limit',
    ),
    MAX_SOCKETS_PER_CALLER: int(100, 0, 1_000_000).describe(
      'Open WebSockets, and event streams with several operations, of one client at once; 0 means no limit',
    ),
    SUBSCRIPTION_BYTES_PER_SECOND: int(5_000_000, 0, 1_000_000_000).describe(
      'Bytes of events per second for all subscriptions of one client; 0 means no limit',
    ),
    RATE_LIMIT_PER_MINUTE: int(0, 0, 1_000_000).describe('Requests of one client per minute; 0 means no limit'),
    CPU_SHARE_PER_PRINCIPAL: z
      .string()
      .regex(/^\d(?:\.\d{1,3})?$/, CPU_SHARE_ADVICE)
      .transform(Number)
      .refine((share) => share === 0 || (share >= 0.01 && share <= 1), CPU_SHARE_ADVICE)
      .default(0)
      .meta({
        description: 'CPU time of one client, in seconds per second; 0 means no limit',
        values: '0, or 0.01 to 1',
      }),
  })
  .transform((env) => ({
    maxUpstreamCalls: env.MAX_UPSTREAM_CALLS,
    /** Bytes of the platform's answers that an operation may wait for. */
    maxUpstreamBytes: env.MAX_UPSTREAM_BYTES,
    /** Database reads of stored reports that one operation may make, as `toReadCost` counts them. */
    maxStoreReads: env.MAX_STORE_READS,
    /** Rows that an operation may add up, sort or group, each once for each thing that is computed from it. */
    maxComputedRows: env.MAX_COMPUTED_ROWS,
    /** Bytes of one response, or of one event of a subscription, without its errors. */
    maxGraphqlResponseBytes: env.MAX_RESPONSE_BYTES,
    /** Maximum size of a document. Each operation must be within the limits, with its fragments spread. */
    documentLimits: {
      /** Levels of nested fields, or of nested values in an argument. */
      depth: env.MAX_DEPTH,
      fields: env.MAX_FIELDS,
      rootFields: env.MAX_ROOT_FIELDS,
      aliases: env.MAX_ALIASES,
      directives: env.MAX_DIRECTIVES,
      /** Bytes of the whole document, with white space and comments. */
      bytes: env.MAX_DOCUMENT_BYTES,
      /** Tokens of the whole document, as written. */
      tokens: env.MAX_TOKENS,
    },
    /** Approximate memory of parsed, validated and compiled documents together. */
    preparedOperationsMaxBytes: env.PREPARED_OPERATIONS_MAX_BYTES,
    operationTimeoutMs: env.OPERATION_TIMEOUT_MS,
    /** Subscriptions that a caller may have open; 0 for no limit. */
    subscriptionsPerPrincipal: env.MAX_SUBSCRIPTIONS_PER_CALLER,
    /** WebSockets that a caller may have open; 0 for no limit. */
    socketsPerPrincipal: env.MAX_SOCKETS_PER_CALLER,
    /** Bytes of events that the subscriptions of a caller get per second, all together; 0 for no limit. */
    subscriptionBytesPerSecond: env.SUBSCRIPTION_BYTES_PER_SECOND,
    /** Requests that a caller may send per minute; 0 for no limit. */
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    /** CPU time of a caller, in seconds per second; 0 for no limit. */
    cpuSharePerPrincipal: env.CPU_SHARE_PER_PRINCIPAL,
  }));
export type DocumentLimits = z.output<typeof Limits>['documentLimits'];
