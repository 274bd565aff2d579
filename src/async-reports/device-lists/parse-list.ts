import { isImei } from '../../domain/imei.ts';
import { createSortedImeis, type SortedImeis } from './sorted-imeis.ts';

/** What is wrong with a line. */
export interface LineFault {
  readonly line: number;
  readonly message: string;
}

/** A list that has been read. */
export interface ParsedList {
  readonly imeis: SortedImeis;
  /** IMEIs, with duplicates. */
  readonly count: number;
  /** The first faults. */
  readonly faults: readonly LineFault[];
  /** All faults, also those that are only counted. */
  readonly faultCount: number;
}

export interface ListParser {
  write(bytes: Uint8Array): void;
  end(): ParsedList;
}

const MAX_LINE_CHARACTERS = 256;
const MAX_REPORTED_FAULTS = 20;
const MAX_SHOWN_CHARACTERS = 40;
/** The byte order mark of UTF-8, read as Latin-1. */
const BYTE_ORDER_MARK = '\u00EF\u00BB\u00BF';
/** A line of text or CSV with one value, also as Excel keeps it as text. */
const VALUE = /^(?:=?"([^"]*)"|([^",;\t]*))$/;

/**
 * Creates the parser of a list: a line for each IMEI, which may be in double quotes or written as `="…"`. Empty lines, and a first line
 * `imei`, mean nothing. Whatever a line has, it keeps at most 256 characters of it.
 */
export function createListParser(): ListParser {
  const imeis = createSortedImeis();
  const faults: LineFault[] = [];
  let count = 0;
  let faultCount = 0;
  let line = 0;
  let rest = '';
  let isTooLong = false;

  const addFault = (message: string): void => {
    faultCount += 1;
    if (faults.length < MAX_REPORTED_FAULTS) faults.push({ line, message });
  };
  const read = (text: string): void => {
    line += 1;
    if (isTooLong || text.length > MAX_LINE_CHARACTERS) {
      isTooLong = false;
      addFault(`This has more than ${MAX_LINE_CHARACTERS} characters. Send one IMEI per line.`);
      return;
    }
    const bare = (line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text).trim();
    if (bare === '') return;
    const found = VALUE.exec(bare);
    const value = (found?.[1] ?? found?.[2])?.trim();
    if (value !== undefined && isImei(value)) {
      count += 1;
      imeis.add(Number(value));
    } else if (line !== 1 || value?.toLowerCase() !== 'imei') addFault(describe(bare, value));
  };

  return {
    write(bytes) {
      const lines = (rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')).split(
        '\n',
      );
      rest = lines.pop() ?? '';
      for (const each of lines) read(each);
      if (rest.length <= MAX_LINE_CHARACTERS) return;
      isTooLong = true;
      rest = '';
    },
    end() {
      if (rest !== '' || isTooLong) read(rest);
      return { imeis, count, faults, faultCount };
    },
  };
}

function describe(text: string, value: string | undefined): string {
  if (text.includes('\0')) return 'This is not text in ASCII or UTF-8. Send the file as text or CSV.';
  const shown = JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text);
  if (value === undefined)
    return `This is not one value. Send one IMEI per line, without other columns. The line is ${shown}.`;
  const fault = value.length === 15 ? 'has characters that are not digits' : `has ${value.length} characters`;
  return `This ${fault}. Send an IMEI of exactly 15 digits. The line is ${shown}.`;
}
