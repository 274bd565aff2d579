import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../http/constant-time.ts';

export const DOWNLOAD_PATH = '/reports/';

export type DownloadFormat = 'CSV' | 'JSONL' | 'PARQUET';
/** EXCEL is for CSV only. */
export type DownloadDialect = 'STANDARD' | 'EXCEL';

export interface Download {
  /** The transaction of a report, the id of a fleet report, or the name of recorded days. */
  readonly id: string;
  readonly of: 'report' | 'fleet' | 'record';
  readonly format: DownloadFormat;
  readonly dialect: DownloadDialect;
}

const FOLDERS: Readonly<Record<Download['of'], string>> = {
  report: '',
  fleet: 'fleets/',
  record: 'recorded-days/',
};
const ENDINGS: Readonly<Record<DownloadFormat, string>> = { CSV: '.csv', JSONL: '.jsonl', PARQUET: '.parquet' };

const KINDS = ['report', 'fleet', 'record'] as const;
const FORMATS = ['CSV', 'JSONL', 'PARQUET'] as const;

export interface DownloadLinksOptions {
  readonly key: string;
  readonly now: () => number;
  readonly lifetimeMs: number;
}

/** The download that a link is for, or why the link is not valid. */
export type LinkedDownload =
  (Download & { readonly kind: 'valid' }) | { readonly kind: 'forged' | 'expired' | 'unknown' };

/** Signed links to downloads. A link works until it expires. */
export interface DownloadLinks {
  /** Returns the path and query of a link that expires `lifetimeMs` from now. */
  write(download: Download): string;
  /** Checks the path and query of a link. */
  read(url: string): LinkedDownload;
}

/** Signs links with HMAC-SHA256 over the path (report and format), the expiry in epoch seconds, and the dialect. */
export function createDownloadLinks({ key, now, lifetimeMs }: DownloadLinksOptions): DownloadLinks {
  const sign = (path: string, expires: string, dialect: DownloadDialect): string =>
    createHmac('sha256', key)
      .update(dialect === 'STANDARD' ? `${path}\n${expires}` : `${path}\n${expires}\n${dialect}`)
      .digest('base64url');

  return {
    write({ id, of, format, dialect: asked }) {
      const dialect = format === 'CSV' ? asked : 'STANDARD';
      const path = `${DOWNLOAD_PATH}${FOLDERS[of]}${encodeURIComponent(id)}${ENDINGS[format]}`;
      const expires = String(Math.ceil((now() + lifetimeMs) / 1_000));
      const parameter = dialect === 'EXCEL' ? 'dialect=excel&' : '';
      return `${path}?${parameter}expires=${expires}&signature=${sign(path, expires, dialect)}`;
    },
    read(url) {
      const [path = '', query = ''] = url.split('?');
      const named = readPath(path);
      if (named === null) return { kind: 'unknown' };
      const parameters = new URLSearchParams(query);
      const dialect = parameters.get('dialect') === 'excel' ? 'EXCEL' : 'STANDARD';
      const expires = parameters.get('expires') ?? '';
      if (!isSameSecret(parameters.get('signature') ?? '', sign(path, expires, dialect))) return { kind: 'forged' };
      return Number(expires) * 1_000 < now() ? { kind: 'expired' } : { kind: 'valid', ...named, dialect };
    },
  };
}

function readPath(path: string): Omit<Download, 'dialect'> | null {
  if (!path.startsWith(DOWNLOAD_PATH)) return null;
  const [, folder = '', encoded = '', ending] =
    /^([^/]+\/)?([^/]+)(\.[a-z]+)$/.exec(path.slice(DOWNLOAD_PATH.length)) ?? [];
  const of = KINDS.find((kind) => FOLDERS[kind] === folder);
  const format = FORMATS.find((each) => ENDINGS[each] === ending);
  if (of === undefined || format === undefined) return null;
  try {
    return { id: decodeURIComponent(encoded), of, format };
  } catch {
    return null;
  }
}
