import { writeFile } from 'node:fs/promises';
import { toCountOf } from './amounts.ts';
import { toTable, type Column } from './table.ts';
import { EXIT, TerminalError, type ExitCode } from './terminal-error.ts';
import { note, style, toPlainText, widthOf, type Terminal } from './terminal.ts';

/** A value of CSV. */
export type Value = string | number | boolean | null;

/** A field of a row: how it is shown in a table, and its exact value in CSV. */
export interface Field<Row> extends Column {
  /** Name of the column of CSV. */
  readonly name: string;
  readonly value: (row: Row) => Value;
  /** How the table shows it; by default as it is in CSV. */
  readonly show?: (row: Row) => string;
  /** Whether only CSV has it. */
  readonly isHidden?: boolean;
}

/** The result of a command. */
export interface Sheet<Row> {
  readonly fields: readonly Field<Row>[];
  readonly rows: readonly Row[];
  /** The result as JSON. */
  readonly json: unknown;
}

/** Where a result goes besides the terminal: a file, or - for standard output; null if nowhere. */
export interface Targets {
  readonly csv: string | null;
  readonly json: string | null;
}

/** Standard output, as the name of a file. */
export const STDOUT = '-';

/** Writes the result where it was asked for; as a table on standard output if nowhere. */
export async function writeSheet<Row>(sheet: Sheet<Row>, { csv, json }: Targets, terminal: Terminal): Promise<void> {
  const { fields, rows } = sheet;
  if (csv !== null) await writeText(toCsv(fields, rows), csv, toCountOf(rows.length, 'row'), terminal);
  if (json !== null) await writeText(`${JSON.stringify(sheet.json, null, 2)}\n`, json, 'the result', terminal);
  if (csv !== null || json !== null) return;
  const { stdout } = terminal;
  const shown = fields.filter(({ isHidden }) => isHidden !== true);
  const cells = rows.map((row) =>
    shown.map(({ show, value }) => toPlainText(show === undefined ? String(value(row) ?? '') : show(row))),
  );
  const [titles = '', ...lines] = toTable(shown, cells, widthOf(stdout));
  stdout.write(`${[style('bold', titles, stdout), ...lines].join('\n')}\n`);
}

async function writeText(text: string, target: string, what: string, terminal: Terminal): Promise<void> {
  if (target === STDOUT) {
    terminal.stdout.write(text);
    return;
  }
  try {
    await writeFile(target, text);
  } catch (error) {
    throw toFileError(target, error);
  }
  note(terminal, `Wrote ${what} to ${target}.`);
}

/** The error of a file that cannot be written. */
export function toFileError(file: string, error: unknown, exitCode: ExitCode = EXIT.failed): TerminalError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TerminalError(exitCode, `${file} cannot be written: ${reason}. Name another file.`, { cause: error });
}

/** Comma-separated values (RFC 4180) with a header row. */
export function toCsv<Row>(fields: readonly Field<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) => fields.map(({ value }) => toCell(value(row))).join(','));
  return [fields.map(({ name }) => name).join(','), ...lines, ''].join('\r\n');
}

/** Text that a spreadsheet would run as a formula gets an apostrophe in front, as in the downloads of the server. */
function toCell(value: Value): string {
  if (typeof value !== 'string') return String(value ?? '');
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
