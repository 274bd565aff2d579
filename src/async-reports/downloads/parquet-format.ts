import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Column, ColumnType, FileWriter, Row } from './file-format.ts';

type Cell = Row[number];

/** Writing a group blocks for some ten milliseconds, and what the file says about each stays in memory until its end. */
const ROWS_PER_GROUP = 10_000;
/** Their groups take some 12 MiB. */
const MAX_ROWS = 20_000_000;

const TYPES: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  IDENTIFIER: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  TEXT: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  DATE: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  INT32: { type: 'INT32' },
  INT64: { type: 'INT64' },
};

/** Apache Parquet, compressed with Snappy. Every column can be null. */
export function createParquet(columns: readonly Column[]): FileWriter {
  const output = new ByteWriter();
  const writer = new ParquetWriter({
    writer: output,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...TYPES[type] })),
    ],
    createdBy: 'device-reports-graphql',
  });
  let pending: Row[] = [];
  const writeGroup = (): void => {
    const rows = pending;
    pending = [];
    if (rows.length === 0) return;
    const columnData = columns.map(({ name, type }, at) => ({
      name,
      data: rows.map((row) => toValue(row[at] ?? null, type)),
    }));
    void writer.write({ columnData, rowGroupSize: rows.length });
  };
  /** What was written since the last time. Offsets in the file go on. */
  const take = (): Uint8Array => {
    const bytes = output.getBytes().slice();
    output.index = 0;
    return bytes;
  };

  return {
    contentType: 'application/vnd.apache.parquet',
    isCompressible: false,
    maxRows: MAX_ROWS,
    begin: take,
    write(rows) {
      for (const row of rows) if (pending.push(row) === ROWS_PER_GROUP) writeGroup();
      return take();
    },
    end() {
      writeGroup();
      void writer.finish();
      return take();
    },
  };
}

function toValue(value: Cell, type: ColumnType): Cell | bigint {
  return type === 'INT64' && typeof value === 'number' ? BigInt(value) : value;
}
