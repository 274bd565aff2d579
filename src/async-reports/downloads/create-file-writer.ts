import { loadOnce } from '../../turns/load-once.ts';
import type { Download } from './download-links.ts';
import type { Column, FileWriter } from './file-format.ts';
import { createCsv, createExcelCsv, createJsonl } from './text-formats.ts';

const loadParquet = loadOnce(() => import('./parquet-format.ts'));

/** Creates the writer of a file. What writes Parquet is loaded only if it is asked for. */
export async function createFileWriter(
  { format, dialect }: Pick<Download, 'format' | 'dialect'>,
  columns: readonly Column[],
): Promise<FileWriter> {
  switch (format) {
    case 'CSV':
      return dialect === 'EXCEL' ? createExcelCsv(columns) : createCsv(columns);
    case 'JSONL':
      return createJsonl(columns);
    case 'PARQUET': {
      const { createParquet } = await loadParquet();
      return createParquet(columns);
    }
  }
}
