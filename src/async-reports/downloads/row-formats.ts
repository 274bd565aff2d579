import type { AccountNumber } from '../../domain/account.ts';
import type { DeviceResult } from '../../domain/device-usage.ts';

/** One row of a download: the usage or the error of one device. */
export interface ResultRow {
  readonly imei: string | null;
  readonly accountNumber: string;
  readonly status: 'USAGE' | 'ERROR';
  readonly numberOfSessions: number | null;
  readonly bytesTransferred: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

/** A file format: the text before the rows, and how a row is written. */
export interface RowFormat {
  readonly contentType: string;
  readonly head: string;
  readonly write: (row: ResultRow) => string;
}

const COLUMNS = [
  'imei',
  'accountNumber',
  'status',
  'numberOfSessions',
  'bytesTransferred',
  'errorCode',
  'errorMessage',
] as const satisfies readonly (keyof ResultRow)[];

/** CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe in front. */
export const CSV: RowFormat = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: `${COLUMNS.join(',')}\r\n`,
  write: (row) => `${COLUMNS.map((column) => toField(row[column])).join(',')}\r\n`,
};

/** JSON Lines: one JSON object per line. */
export const JSONL: RowFormat = {
  contentType: 'application/jsonl; charset=utf-8',
  head: '',
  write: (row) => `${JSON.stringify(row)}\n`,
};

/** Converts a stored result to a row. */
export function toResultRow(stored: DeviceResult, accountNumber: AccountNumber): ResultRow {
  const { imei } = stored;
  if (stored.kind === 'usage') {
    const { numberOfSessions, bytesTransferred } = stored;
    const usage = { numberOfSessions, bytesTransferred, errorCode: null, errorMessage: null };
    return { imei, accountNumber, status: 'USAGE', ...usage };
  }
  return {
    imei,
    accountNumber,
    status: 'ERROR',
    numberOfSessions: null,
    bytesTransferred: null,
    errorCode: stored.errorResponse?.errorCode ?? null,
    errorMessage: stored.errorMessage ?? stored.errorResponse?.errorMessage ?? null,
  };
}

function toField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
