import { StoreError, type StoreErrorCode } from './store-error.ts';

/** SQLite: another process is writing. PostgreSQL: a deadlock or a serialization failure. Repeating the work can succeed. */
const TRANSIENT = /^(SQLITE_BUSY|SQLITE_LOCKED|40001$|40P01$)/;

const CODES: readonly (readonly [RegExp, StoreErrorCode])[] = [
  [/^SQLITE_FULL|^53100$/, 'FULL'],
  [/^SQLITE_(BUSY|LOCKED|CANTOPEN|IOERR|READONLY|PROTOCOL)/, 'UNAVAILABLE'],
  // PostgreSQL: connections, resources, operator intervention, locks, conflicts, sign-in, a missing database, a standby.
  [/^(08...|53...|57...|55P03|40...|28...|3D000|25006)$/, 'UNAVAILABLE'],
  [/^E[A-Z]{3,}$/, 'UNAVAILABLE'],
  // The reader found another file where the database was.
  [/^MOVED$/, 'UNAVAILABLE'],
];

/** Whether repeating the same work at once can succeed. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.test(toDriverCode(error) ?? '');
}

/** Converts a driver's error to a StoreError, because its text can contain statements, addresses or paths. Other errors are unchanged. */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const driverCode = toDriverCode(error);
  if (driverCode !== null) {
    const [, code] = CODES.find(([pattern]) => pattern.test(driverCode)) ?? [null, 'FAILED' as const];
    return new StoreError(code, driverCode, toDriverMessage(error));
  }
  // Both drivers throw a bare Error without a code if a connection fails or breaks.
  return Object.getPrototypeOf(error) === Error.prototype
    ? new StoreError('UNAVAILABLE', null, toDriverMessage(error))
    : error;
}

/** Converts any error to a StoreError, for reporting only. */
export function toReportedError(error: unknown): StoreError {
  const failure = toStoreError(error);
  return failure instanceof StoreError ? failure : new StoreError('FAILED');
}

const MAX_MESSAGE_CHARACTERS = 300;

/** Node.js fails with one error for all addresses of a host, whose own message is empty. */
function toDriverMessage(error: Error): string | null {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const messages = errors.flatMap((each) => (each instanceof Error ? each.message : []));
  const text = messages.join('; ').replace(/\s+/g, ' ').slice(0, MAX_MESSAGE_CHARACTERS);
  return text === '' ? null : text;
}

function toDriverCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
