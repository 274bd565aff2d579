import { MAX_ID_CHARACTERS } from '../src/domain/cut-text.ts';
import type { ArgBuilder } from '@pothos/core';
import type { Download } from '../src/async-reports/downloads/download-links.ts';
import type { FoundReport } from '../src/async-reports/live/watch.ts';
import { builder } from './builder.ts';
import type { ValueSize } from './rules/value-size.ts';

export const DownloadFormatRef = builder.enumType('DownloadFormat', {
  description: 'File format of a download.',
  values: {
    CSV: {
      description:
        'Comma-separated values (RFC 4180) with a header row. Text that a spreadsheet would run as a formula starts with an apostrophe.',
    },
    JSONL: { description: 'One JSON object per line.' },
    PARQUET: {
      description: 'Apache Parquet, compressed with Snappy: for data frames and warehouses. At most 20,000,000 rows.',
    },
  },
});

export const DownloadDialectRef = builder.enumType('DownloadDialect', {
  description: 'Who reads a CSV download.',
  values: {
    STANDARD: { description: 'Programs: plain values, no byte order mark.' },
    EXCEL: {
      description:
        'Excel: begins with a byte order mark, so that all characters are shown, and IMEIs and account numbers are written as ="…", so ' +
        'that they stay text.',
    },
  },
});

/** The arguments of a field that links to a download. */
export function downloadArguments(arg: ArgBuilder<typeof builder.$inferSchemaTypes>) {
  return {
    format: arg({ type: DownloadFormatRef, defaultValue: 'CSV', description: 'File format.' }),
    dialect: arg({
      type: DownloadDialectRef,
      defaultValue: 'STANDARD',
      description: 'Who reads the file. Applies to CSV only.',
    }),
  };
}

/** What was asked for of a download. */
export interface DownloadArguments {
  readonly format?: Download['format'] | null | undefined;
  readonly dialect?: Download['dialect'] | null | undefined;
}

/** Reads the arguments. */
export function toDownloadForm({ format, dialect }: DownloadArguments): Pick<Download, 'format' | 'dialect'> {
  return { format: format ?? 'CSV', dialect: dialect ?? 'STANDARD' };
}

/** Everything in a link but the transaction id: an origin of at most 300 characters, a path, a dialect, an expiry and a signature. */
const LINK_BYTES = 470;

/** The size of a link. Each character of a transaction id takes at most nine in a URL. */
export const LINK = {
  size: {
    maxBytes: LINK_BYTES + 9 * MAX_ID_CHARACTERS,
    toBytes: (_, source) => LINK_BYTES + encodeURIComponent((source as FoundReport).report.txid).length,
  } satisfies ValueSize,
};
