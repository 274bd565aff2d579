import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../http/constant-time.ts';

export const DEVICE_LIST_PATH = '/device-lists/';

/** The list that a link is for, or why the link is not valid. */
export type LinkedList =
  { readonly kind: 'valid'; readonly id: string } | { readonly kind: 'forged' | 'expired' | 'unknown' };

/** Signed links by which lists are uploaded. */
export interface UploadLinks {
  /** Returns the path and query of a link that expires then. */
  write(id: string, expiresAtMs: number): string;
  /** Checks the path and query of a link. */
  read(url: string): LinkedList;
}

export interface UploadLinksOptions {
  readonly key: string;
  readonly now: () => number;
}

/** Signs links with HMAC-SHA256 over the path and the expiry in epoch seconds. */
export function createUploadLinks({ key, now }: UploadLinksOptions): UploadLinks {
  const sign = (path: string, expires: string): string =>
    createHmac('sha256', key).update(`PUT ${path}\n${expires}`).digest('base64url');

  return {
    write(id, expiresAtMs) {
      const path = `${DEVICE_LIST_PATH}${id}`;
      const expires = String(Math.floor(expiresAtMs / 1_000));
      return `${path}?expires=${expires}&signature=${sign(path, expires)}`;
    },
    read(url) {
      const [path = '', query = ''] = url.split('?');
      const [, id] = /^\/device-lists\/([\w-]{1,64})$/.exec(path) ?? [];
      if (id === undefined) return { kind: 'unknown' };
      const parameters = new URLSearchParams(query);
      const expires = parameters.get('expires') ?? '';
      if (!isSameSecret(parameters.get('signature') ?? '', sign(path, expires))) return { kind: 'forged' };
      return Number(expires) * 1_000 < now() ? { kind: 'expired' } : { kind: 'valid', id };
    },
  };
}
