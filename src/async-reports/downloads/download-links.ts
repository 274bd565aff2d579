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

/** What a link leads to, or why it leads nowhere. */
export type LinkedDownload =
  | { readonly kind: 'valid'; readonly txid: string; readonly format: DownloadFormat }
  | { readonly kind: 'forged' | 'over' | 'unknown' };

/** Links that anyone may open who has them, for a while. */
export interface DownloadLinks {
  /** The path and query of a link that begins to age now. */
  write(txid: string, format: DownloadFormat): string;
  read(url: string): LinkedDownload;
}

/** Links signed with HMAC-SHA256, over the report, the form and the end in epoch seconds. */
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
      const named = readPath(path);
      if (named === null) return { kind: 'unknown' };
      const parameters = new URLSearchParams(query);
      const expires = parameters.get('expires') ?? '';
      if (!isSameSecret(parameters.get('signature') ?? '', sign(path, expires))) return { kind: 'forged' };
      return Number(expires) * 1_000 < now() ? { kind: 'over' } : { kind: 'valid', ...named };
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
