/** IDENTIFIER is text of digits, which a spreadsheet would take for a number. A DATE is a number of days from 1970-01-01. */
export type ColumnType = 'IDENTIFIER' | 'TEXT' | 'DATE' | 'INT32' | 'INT64';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** The values of the columns, in their order. Null is unknown. */
export type Row = readonly (string | number | null)[];

/** Writes a file piece by piece. A piece can be empty. */
export interface FileWriter {
  readonly contentType: string;
  /** Whether the file is worth compressing: it is not compressed by itself. */
  readonly isCompressible: boolean;
  /** A file cannot have more. */
  readonly maxRows: number;
  begin(): string | Uint8Array;
  write(rows: readonly Row[]): string | Uint8Array;
  end(): string | Uint8Array;
}
