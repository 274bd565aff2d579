import { z } from 'zod';
import { MAX_WINDOW_DAYS } from '../domain/report-window.ts';
import { createTimeZone, UTC } from '../domain/time-zone.ts';
import { int, withRules, type MaybeInvalid, type RuleFault } from './values.ts';

const Variables = z.object({
  RECORD: z.enum(['daily', 'off'], 'Set it to daily or off.').optional().meta({
    description: 'Whether the usage of each settled day of `THINGSPACE_ACCOUNT_NUMBER` is recorded',
    values: '`daily`, `off`',
    unset: 'the last 60 days with the embedded simulator, else `off`',
  }),
  RECORD_TIME_ZONE: z
    .string()
    .refine(
      (name) => name.length <= 64 && createTimeZone(name) !== null,
      'Set it to an IANA time zone, such as America/New_York.',
    )
    .default('UTC')
    .meta({ description: 'Time zone of the days', values: 'IANA name, such as `Europe/Berlin`' }),
  RECORD_MONTHS: int(25, 1, 120).describe('Calendar months to store, the current one included'),
  RECORD_CALLS_PER_HOUR: int(60, 1, 3_600).describe(
    'Calls to ThingSpace for the record, evenly spread, by all servers together',
  ),
  THINGSPACE_CLIENT_ID: z.string().optional(),
  THINGSPACE_ACCOUNT_NUMBER: z.string().optional(),
  THINGSPACE_CREDENTIALS: z.string().optional(),
});

/** Whether the usage of each day is recorded, and how. */
export const Recording = withRules(Variables, findFaults).transform((env) => ({
  /** Null if it is not set. */
  recordMode: env.RECORD ?? null,
  recordZone: env.RECORD_TIME_ZONE.toUpperCase() === UTC.name ? UTC : (createTimeZone(env.RECORD_TIME_ZONE) ?? UTC),
  /** Calendar months that are stored, the current one included. */
  recordMonths: env.RECORD_MONTHS,
  /** Infinity for no limit. */
  recordCallsPerHour: env.RECORD_CALLS_PER_HOUR,
  /** Days before today that are filled back. */
  recordBackfillDays: MAX_WINDOW_DAYS,
  /** Whether reports may arrive by callback, which takes a quarter of an hour. */
  recordByCallbacks: true,
  /** Whether it is a sample for whoever tries the server: recorded at once, and only into a store without another record. */
  recordIsSample: false,
}));

/** The server records the account of its own credentials. */
function findFaults(env: MaybeInvalid<z.output<typeof Variables>>): RuleFault[] {
  if (env.RECORD !== 'daily') return [];
  if (env.THINGSPACE_CREDENTIALS === 'caller') {
    return [['RECORD', 'Set it to off, because only the server’s own credentials can record.']];
  }
  if (env.THINGSPACE_CLIENT_ID === undefined || env.THINGSPACE_ACCOUNT_NUMBER !== undefined) return [];
  return [['THINGSPACE_ACCOUNT_NUMBER', 'Set it to the account whose usage is recorded (RECORD is daily).']];
}
