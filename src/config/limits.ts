import { z } from 'zod';
import { int } from './values.ts';

/** How large an operation may be, how long it may take, and how many a caller may send. */
export const Limits = z
  .object({
    MAX_UPSTREAM_CALLS: int(100, 1, 100_000),
    MAX_UPSTREAM_BYTES: int(16 * 2 ** 20, 2 ** 16, 2 ** 34),
    MAX_DEPTH: int(20, 1, 1_000),
    MAX_FIELDS: int(5_000, 1, 1_000_000),
    MAX_ROOT_FIELDS: int(100, 1, 100_000),
    MAX_ALIASES: int(500, 0, 100_000),
    MAX_DIRECTIVES: int(100, 0, 100_000),
    MAX_DOCUMENT_BYTES: int(256_000, 1, 1_000_000),
    MAX_TOKENS: int(20_000, 1, 1_000_000),
    PREPARED_OPERATIONS_MAX_BYTES: int(32 * 2 ** 20, 2 ** 20, 2 ** 34),
    OPERATION_TIMEOUT_MS: int(60_000, 1, 3_600_000),
    MAX_SUBSCRIPTIONS_PER_CALLER: int(100, 0, 1_000_000),
    RATE_LIMIT_PER_MINUTE: int(0, 0, 1_000_000),
  })
  .transform((env) => ({
    maxUpstreamCalls: env.MAX_UPSTREAM_CALLS,
    /** Bytes of the platform's answers that an operation may wait for. */
    maxUpstreamBytes: env.MAX_UPSTREAM_BYTES,
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
    /** Requests that a caller may send per minute; 0 for no limit. */
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
  }));
export type DocumentLimits = z.output<typeof Limits>['documentLimits'];
