import { createReadStream } from 'node:fs';
import { isImei } from '../domain/imei.ts';
import { toCountOf } from './amounts.ts';
import { STDOUT } from './sheet.ts';
import { EXIT, TerminalError } from './terminal-error.ts';
import { note, toPlainText, type Terminal } from './terminal.ts';

/** What one command may ask about, ten asynchronous reports at most. */
export const MAX_DEVICES = 100_000;
/** A line of a file with 100,000 devices has room for 160 bytes. */
const MAX_BYTES = 16_000_000;
const MAX_SHOWN_FAULTS = 10;
const MAX_SHOWN_LENGTH = 30;
/** A longer line is not one of CSV. */
const MAX_LINE_LENGTH = 10_000;

const SEPARATOR = /[,;\t]/;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads the IMEIs of a file, or of standard input if it is -: one per line, or in the column `imei` of CSV with commas, semicolons or tabs.
 * Empty lines and lines that begin with # do not count. Returns each IMEI once. Rejects with every line that has none, up to ten.
 */
export async function readDeviceFile(file: string, terminal: Terminal): Promise<string[]> {
  const name = file === STDOUT ? 'standard input' : file;
  const text = await readBounded(file === STDOUT ? terminal.stdin : createReadStream(file), name);
  const { imeis, faults, repeated } = parseDevices(text);
  if (faults.length > 0) throw toFaults(name, faults);
  if (imeis.length === 0) throw wrong(`${name} has no devices. Write one IMEI per line, or a CSV with a column imei.`);
  if (imeis.length > MAX_DEVICES) {
    throw wrong(
      `${name} has ${toCountOf(imeis.length, 'device')}, and the maximum is ${toCountOf(MAX_DEVICES, 'device')}. ` +
        'Split the file, or use --all-devices.',
    );
  }
  if (repeated > 0) note(terminal, `${name}: ${toCountOf(repeated, 'line')} repeat a device; each counts once.`);
  return imeis;
}

async function readBounded(source: AsyncIterable<Buffer | string>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source) {
      const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      bytes += part.length;
      if (bytes > MAX_BYTES) throw wrong(`${name} has more than ${toCountOf(MAX_BYTES, 'byte')}. Keep only the IMEIs.`);
      chunks.push(part);
    }
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TerminalError(EXIT.wrongArguments, `${name} cannot be read: ${reason}`, { cause: error });
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface ParsedDevices {
  readonly imeis: string[];
  /** A text for each of the first faults, and nothing for the others, which only count. */
  readonly faults: string[];
  /** Lines with a device of an earlier line. */
  readonly repeated: number;
}

/** Parses the text of a device file. */
export function parseDevices(text: string): ParsedDevices {
  const imeis = new Set<string>();
  const faults: string[] = [];
  let repeated = 0;
  let column: number | null = null;
  const lines = (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).split(/\r\n|\n|\r/);
  lines.forEach((line, at) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return;
    if (line.length > MAX_LINE_LENGTH) {
      faults.push(`line ${at + 1}: there are ${toCountOf(line.length, 'character')}. Write one device per line.`);
      return;
    }
    const cells = splitCells(line).map(unquote);
    if (column === null) {
      const named = cells.findIndex((cell) => cell.toLowerCase() === 'imei');
      column = Math.max(0, named);
      if (named >= 0) return;
    }
    const cell = cells[column] ?? '';
    if (!isImei(cell)) faults.push(faults.length < MAX_SHOWN_FAULTS ? `line ${at + 1}: ${describe(cell)}` : '');
    else if (imeis.has(cell)) repeated += 1;
    else imeis.add(cell);
  });
  return { imeis: [...imeis], faults, repeated };
}

/** Separators within quotation marks belong to the text. */
function splitCells(line: string): string[] {
  if (!line.includes('"')) return line.split(SEPARATOR);
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted || !SEPARATOR.test(character)) cell += character;
    else {
      cells.push(cell);
      cell = '';
    }
  }
  return [...cells, cell];
}

/** Spreadsheets write "709312034493372", and ="709312034493372" so that it stays text. */
function unquote(cell: string): string {
  return cell
    .trim()
    .replace(/^="?|"$|^"/g, '')
    .trim();
}

function describe(cell: string): string {
  if (cell === '') return 'there is no IMEI.';
  const shown = `"${toPlainText(cell.length > MAX_SHOWN_LENGTH ? `${cell.slice(0, MAX_SHOWN_LENGTH)}…` : cell)}"`;
  if (/^\d(?:[.,]\d+)?E\+\d+$/i.test(cell))
    return `${shown} is an IMEI that a spreadsheet has rounded. Format the column as text and export it again.`;
  if (!/^\d+$/.test(cell)) return `${shown} has characters that are not digits. An IMEI has 15 digits.`;
  const zeros = cell.length < 15 ? ' Leading zeros count.' : '';
  return `${shown} has ${cell.length} digits. An IMEI has 15.${zeros}`;
}

function toFaults(name: string, faults: readonly string[]): TerminalError {
  const more = faults.length - MAX_SHOWN_FAULTS;
  const rest = more > 0 ? [`  and ${toCountOf(more, 'more line')}`] : [];
  const lines = faults.slice(0, MAX_SHOWN_FAULTS).map((fault) => `  ${fault}`);
  const count = toCountOf(faults.length, 'line');
  return wrong([`${name} has ${count} without a valid IMEI. Nothing was asked for.`, ...lines, ...rest].join('\n'));
}

function wrong(message: string): TerminalError {
  return new TerminalError(EXIT.wrongArguments, message);
}
