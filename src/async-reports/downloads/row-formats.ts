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
  /** The message about the device, or else that of its error. */
  readonly errorMessage: string | null;
  /** The rest of the error, as `DeviceUsageError.errorResponse` has it. */
  readonly httpStatusCode: string | null;
  readonly detailErrorMessage: string | null;
  readonly errorResponseMessage: string | null;
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
  'httpStatusCode',
  'detailErrorMessage',
  'errorResponseMessage',
] as const satisfies readonly (keyof ResultRow)[];

const CSV_HEAD = `${COLUMNS.join(',')}\r\n`;
/** Excel would round an IMEI, and drop the zeros in front of a number. */
const AS_TEXT: ReadonlySet<string> = new Set<keyof ResultRow>(['imei', 'accountNumber']);

/** CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe in front. */
export const CSV: RowFormat = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: CSV_HEAD,
  write: (row) => `${COLUMNS.map((column) => toField(row[column])).join(',')}\r\n`,
};

/** CSV that Excel opens right: with a byte order mark, and with IMEIs and account numbers as text. */
export const EXCEL_CSV: RowFormat = {
  contentType: CSV.contentType,
  head: `\uFEFF${CSV_HEAD}`,
  write: (row) =>
    `${COLUMNS.map((column) => (AS_TEXT.has(column) ? toTextField(row[column]) : toField(row[column]))).join(',')}\r\n`,
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
    return { imei, accountNumber, status: 'USAGE', numberOfSessions, bytesTransferred, ...NO_ERROR };
  }
  const { errorMessage, errorResponse } = stored;
  return {
    imei,
    accountNumber,
    status: 'ERROR',
    numberOfSessions: null,
    bytesTransferred: null,
    errorCode: errorResponse?.errorCode ?? null,
    errorMessage: errorMessage ?? errorResponse?.errorMessage ?? null,
    httpStatusCode: errorResponse?.httpStatusCode ?? null,
    detailErrorMessage: errorResponse?.detailErrorMessage ?? null,
    errorResponseMessage: errorResponse?.errorMessage ?? null,
  };
}

const NO_ERROR = {
  errorCode: null,
  errorMessage: null,
  httpStatusCode: null,
  detailErrorMessage: null,
  errorResponseMessage: null,
};

/** The signs that begin a formula, in any width; spreadsheets pass over blanks and what is not shown in front of them. */
const FORMULA =
  /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-@\u2212\uFE62\uFE63\uFE66\uFE6B\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/u;

function toField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A formula whose value is the text. IMEIs and account numbers have neither quotes nor line breaks. */
function toTextField(value: string | number | null): string {
  return value === null ? '' : `"=""${value}"""`;
}
