import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../http/constant-time.ts';

export const DOWNLOAD_PATH = '/reports/';

export type DownloadFormat = 'CSV' | 'JSONL';

const ENDINGS: Readonly<Record<DownloadFormat, string>> = { CSV: '.csv', JSONL: '.jsonl' };

export interface DownloadLinksOptions {
  readonly key: string;
  readonly now: () => number;
  readonly lifetimeMs: number;
}

/** The download that a link is for, or why the link is not valid. */
export type LinkedDownload =
  | { readonly kind: 'valid'; readonly txid: string; readonly format: DownloadFormat }
  | { readonly kind: 'forged' | 'expired' | 'unknown' };

/** Signed links to downloads. A link works until it expires. */
export interface DownloadLinks {
  /** Returns the path and query of a link that expires `lifetimeMs` from now. */
  write(txid: string, format: DownloadFormat): string;
  /** Checks the path and query of a link. */
  read(url: string): LinkedDownload;
}

/** Signs links with HMAC-SHA256 over the path (report and format) and the expiry in epoch seconds. */
export function createDownloadLinks({ key, now, lifetimeMs }: DownloadLinksOptions): DownloadLinks {
  const sign = (path: string, expires: string): string =>
    createHmac('sha256', key).update(`${path}\n${expires}`).digest('base64url');

  return {
    write(txid, format) {
      const path = `${DOWNLOAD_PATH}${encodeURIComponent(txid)}${ENDINGS[format]}`;
      const expires = String(Math.ceil((now() + lifetimeMs) / 1_000));
      return `${path}?expires=${expires}&signature=${sign(path, expires)}`;
    },
    read(url) {
      const [path = '', query = ''] = url.split('?');
      const download = readPath(path);
      if (download === null) return { kind: 'unknown' };
      const parameters = new URLSearchParams(query);
      const expires = parameters.get('expires') ?? '';
      if (!isSameSecret(parameters.get('signature') ?? '', sign(path, expires))) return { kind: 'forged' };
      return Number(expires) * 1_000 < now() ? { kind: 'expired' } : { kind: 'valid', ...download };
    },
  };
}

function readPath(path: string): { readonly txid: string; readonly format: DownloadFormat } | null {
  const [, encoded = '', ending] = /^\/reports\/([^/]+)\.(csv|jsonl)$/.exec(path) ?? [];
  if (ending === undefined) return null;
  try {
    return { txid: decodeURIComponent(encoded), format: ending === 'csv' ? 'CSV' : 'JSONL' };
  } catch {
    return null;
  }
}
