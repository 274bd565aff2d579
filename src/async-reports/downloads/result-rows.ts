import type { AccountNumber } from '../../domain/account.ts';
import type { StoredError, StoredUsage } from '../store/store.ts';

/** One device of a download. */
export interface ResultRow {
  readonly imei: string | null;
  readonly accountNumber: string;
  readonly status: 'USAGE' | 'ERROR';
  readonly numberOfSessions: number | null;
  readonly bytesTransferred: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

/** What stands before the rows, and how each is written. */
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

/** RFC 4180; a text that a spreadsheet would take for a formula stands behind an apostrophe. */
export const CSV: RowFormat = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: `${COLUMNS.join(',')}\r\n`,
  write: (row) => `${COLUMNS.map((column) => toField(row[column])).join(',')}\r\n`,
};

/** One JSON object a line. */
export const JSONL: RowFormat = {
  contentType: 'application/jsonl; charset=utf-8',
  head: '',
  write: (row) => `${JSON.stringify(row)}\n`,
};

/** The row of what the store keeps of one device. */
export function toResultRow(stored: StoredUsage | StoredError, accountNumber: AccountNumber): ResultRow {
  const { imei } = stored;
  if (stored.kind === 'usage') {
    const { numberOfSessions, bytesTransferred } = stored;
    const figures = { numberOfSessions, bytesTransferred, errorCode: null, errorMessage: null };
    return { imei, accountNumber, status: 'USAGE', ...figures };
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
