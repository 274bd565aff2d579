import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/durations.ts';
import { int } from './values.ts';

/** Where asynchronous reports are stored, how long they are expected, and how long they can be read. */
export const Store = z
  .object({
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
    CALLBACK_UNKNOWN_MAX_BYTES: int(64 * 2 ** 20, 2 ** 20, 2 ** 34),
    CALLBACK_SPOOL_DIR: z.string().optional(),
    CALLBACK_SPOOL_MAX_BYTES: int(64 * 2 ** 20, 2 ** 20, 2 ** 34),
    DOWNLOAD_LINK_MINUTES: int(60, 1, 10_080),
  })
  .transform((env) => ({
    /** A PostgreSQL URL; null stores reports in SQLite, in `dataDir`. */
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir: env.DATA_DIR,
    retentionMs: env.RETENTION_DAYS * DAY_MS,
    quietMs: env.CALLBACK_QUIET_MINUTES * MINUTE_MS,
    deadlineMs: env.CALLBACK_DEADLINE_HOURS * HOUR_MS,
    /** Approximate bytes that messages of unknown transactions may take together. */
    unknownMaxBytes: env.CALLBACK_UNKNOWN_MAX_BYTES,
    /** Where messages are kept while the database cannot store them; null for `dataDir`. */
    spoolDir: env.CALLBACK_SPOOL_DIR ?? null,
    /** Bytes of messages that a process may keep there. */
    spoolMaxBytes: env.CALLBACK_SPOOL_MAX_BYTES,
    downloadLinkMs: env.DOWNLOAD_LINK_MINUTES * MINUTE_MS,
  }));
