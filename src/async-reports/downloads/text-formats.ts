import { toDate } from '../../domain/time-zone.ts';
import type { Column, ColumnType, FileWriter, Row } from './file-format.ts';

type Cell = Row[number];

const CSV_TYPE = 'text/csv; charset=utf-8; header=present';
const BYTE_ORDER_MARK = '\uFEFF';

/** CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function createCsv(columns: readonly Column[]): FileWriter {
  return createLines(columns, '', toFieldWriter);
}

/** CSV that Excel opens right: with a byte order mark, and with IMEIs and account numbers as text. */
export function createExcelCsv(columns: readonly Column[]): FileWriter {
  // Excel would round an IMEI, and drop the zeros in front of a number.
  return createLines(columns, BYTE_ORDER_MARK, (type) => (type === 'IDENTIFIER' ? toTextField : toFieldWriter(type)));
}

/** JSON Lines: one JSON object per line. */
export function createJsonl(columns: readonly Column[]): FileWriter {
  const names = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const writers = columns.map(({ type }) => toJsonWriter(type));
  const toLine = (row: Row): string =>
    `{${names.map((name, at) => `${name}${writers[at]?.(row[at] ?? null) ?? 'null'}`).join(',')}}\n`;
  return {
    contentType: 'application/jsonl; charset=utf-8',
    isCompressible: true,
    maxRows: Infinity,
    begin: () => '',
    write: (rows) => rows.map(toLine).join(''),
    end: () => '',
  };
}

function createLines(
  columns: readonly Column[],
  mark: string,
  toWriter: (type: ColumnType) => (value: Cell) => string,
): FileWriter {
  const writers = columns.map(({ type }) => toWriter(type));
  const toLine = (row: Row): string => `${writers.map((write, at) => write(row[at] ?? null)).join(',')}\r\n`;
  return {
    contentType: CSV_TYPE,
    isCompressible: true,
    maxRows: Infinity,
    begin: () => `${mark}${columns.map(({ name }) => name).join(',')}\r\n`,
    write: (rows) => rows.map(toLine).join(''),
    end: () => '',
  };
}

function toJsonWriter(type: ColumnType): (value: Cell) => string {
  return type === 'DATE' ? (day) => JSON.stringify(toDay(day)) : (value) => JSON.stringify(value);
}

function toFieldWriter(type: ColumnType): (value: Cell) => string {
  return type === 'DATE' ? (day) => toDay(day) ?? '' : toField;
}

function toDay(value: Cell): string | null {
  return typeof value === 'number' ? toDate(value) : null;
}

/** The signs that begin a formula, in any width; spreadsheets pass over blanks and what is not shown in front of them. */
const FORMULA =
  /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-@\u2212\uFE62\uFE63\uFE66\uFE6B\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/u;

function toField(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A formula whose value is the text. IMEIs and account numbers have neither quotes nor line breaks. */
function toTextField(value: Cell): string {
  return value === null ? '' : `"=""${value}"""`;
}
