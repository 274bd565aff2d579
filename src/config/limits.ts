import type { z } from 'zod';
import { int } from './values.ts';

/** Maximum size of a document. Each operation must be within the limits, with its fragments spread. */
export interface DocumentLimits {
  /** Levels of nested fields, or of nested values in an argument. */
  readonly depth: number;
  readonly fields: number;
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Tokens of the whole document, as written. */
  readonly tokens: number;
}

/** How large an operation may be, and how long it may take. */
export interface LimitsConfig {
  readonly documentLimits: DocumentLimits;
  /** Approximate memory of parsed, validated and compiled documents together. */
  readonly preparedOperationsMaxBytes: number;
  readonly operationTimeoutMs: number;
  /** Subscriptions that a caller may have open; 0 for no limit. */
  readonly subscriptionsPerPrincipal: number;
}

/** The environment variables of `LimitsConfig`. */
export const LIMITS_VARIABLES = {
  MAX_DEPTH: int(20, 1, 1_000),
  MAX_FIELDS: int(5_000, 1, 1_000_000),
  MAX_ROOT_FIELDS: int(100, 1, 100_000),
  MAX_ALIASES: int(500, 0, 100_000),
  MAX_DIRECTIVES: int(100, 0, 100_000),
  MAX_TOKENS: int(20_000, 1, 1_000_000),
  PREPARED_OPERATIONS_MAX_BYTES: int(32 * 2 ** 20, 2 ** 20, 2 ** 34),
  OPERATION_TIMEOUT_MS: int(60_000, 1, 3_600_000),
  MAX_SUBSCRIPTIONS_PER_CALLER: int(100, 0, 1_000_000),
};

type LimitsVariables = z.infer<z.ZodObject<typeof LIMITS_VARIABLES>>;

/** Converts the parsed variables to `LimitsConfig`. */
export function toLimitsConfig(env: LimitsVariables): LimitsConfig {
  return {
    documentLimits: {
      depth: env.MAX_DEPTH,
      fields: env.MAX_FIELDS,
      rootFields: env.MAX_ROOT_FIELDS,
      aliases: env.MAX_ALIASES,
      directives: env.MAX_DIRECTIVES,
      tokens: env.MAX_TOKENS,
    },
    preparedOperationsMaxBytes: env.PREPARED_OPERATIONS_MAX_BYTES,
    operationTimeoutMs: env.OPERATION_TIMEOUT_MS,
    subscriptionsPerPrincipal: env.MAX_SUBSCRIPTIONS_PER_CALLER,
  };
}
