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
      .optional()
      .meta({
        description: 'PostgreSQL database to use instead of SQLite; required if several servers share it',
        values: 'such as `postgres://user:password@host:5432/database`',
      }),
    DATA_DIR: z.string().default('./data').meta({
      description: 'Folder of the SQLite database, and of the spool',
      values: 'a folder that the server may write to',
    }),
    RETENTION_DAYS: int(30, 1, 3_650).describe('Days to store a report, counted from its request'),
    CALLBACK_QUIET_MINUTES: int(15, 1, 1_440).describe('Minutes of silence that complete a whole-account report'),
    CALLBACK_DEADLINE_HOURS: int(24, 1, 720).describe('Hours after which a report with missing devices expires'),
    CALLBACK_UNKNOWN_MAX_BYTES: int(64 * 2 ** 20, 2 ** 20, 2 ** 34).describe(
      'Disk space for messages of unknown transactions, in bytes',
    ),
    CALLBACK_SPOOL_DIR: z.string().optional().meta({
      description: 'Folder for messages that the database cannot store at the moment',
      values: 'a folder that the server may write to',
      unset: 'as `DATA_DIR`',
    }),
    CALLBACK_SPOOL_MAX_BYTES: int(64 * 2 ** 20, 2 ** 20, 2 ** 34).describe('Bytes of such messages, per process'),
    DOWNLOAD_LINK_MINUTES: int(60, 1, 10_080).describe('How long a download link is valid, in minutes'),
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
