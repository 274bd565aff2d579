import { StoreError, type StoreErrorCode } from './store-error.ts';

/** SQLite: another process writes. PostgreSQL: a deadlock, or a conflict of transactions. The same work again may succeed. */
const PASSING = /^(SQLITE_BUSY|SQLITE_LOCKED|40001$|40P01$)/;

const CODES: readonly (readonly [RegExp, StoreErrorCode])[] = [
  [/^SQLITE_FULL|^53100$/, 'FULL'],
  [/^SQLITE_(BUSY|LOCKED|CANTOPEN|IOERR|READONLY|PROTOCOL)/, 'UNAVAILABLE'],
  // Connections, resources, an operator's intervention, locks, conflicts, sign-in, a database that is not there or a standby.
  [/^(08...|53...|57...|55P03|40...|28...|3D000|25006)$/, 'UNAVAILABLE'],
  [/^E[A-Z]{3,}$/, 'UNAVAILABLE'],
];

/** Whether the same work is worth doing again at once. */
export function isPassing(error: unknown): boolean {
  return PASSING.test(toDriverCode(error) ?? '');
}

/** The error for callers: a driver's own says statements, addresses and paths. What no driver raised comes back as it is. */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const driverCode = toDriverCode(error);
  if (driverCode !== null) {
    const [, code] = CODES.find(([pattern]) => pattern.test(driverCode)) ?? [null, 'FAILED' as const];
    return new StoreError(code, driverCode);
  }
  // Both drivers raise a bare Error, without a code, for a connection that could not be made or broke off.
  return Object.getPrototypeOf(error) === Error.prototype ? new StoreError('UNAVAILABLE') : error;
}

/** The error for those who are only told of it. */
export function toReportedError(error: unknown): StoreError {
  const failure = toStoreError(error);
  return failure instanceof StoreError ? failure : new StoreError('FAILED');
}

function toDriverCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
