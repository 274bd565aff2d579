import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file that a page loads. */
export interface PageFile {
  readonly contentType: string;
  readonly gzipped: Uint8Array;
}

export interface PageFiles<Key extends string> {
  /** The name of each file. It contains a hash of the content, so what has the same name is the same. */
  readonly names: Readonly<Record<Key, string>>;
  /** Null if no file has this name, for example because it is of another version. */
  find(name: string): PageFile | null;
}

const STYLES = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Names and compresses the files of a page. The key `styles` has style sheets, all others have scripts. */
export async function toPageFiles<Key extends string>(
  contents: Readonly<Record<Key, string>>,
): Promise<PageFiles<Key>> {
  const names = new Map<string, string>();
  const files = new Map<string, PageFile>();
  const add = async ([key, content]: [string, string]): Promise<void> => {
    const [extension, contentType] = key === 'styles' ? ['css', STYLES] : ['js', SCRIPT];
    const name = `${key}-${hash('sha256', content, 'hex').slice(0, 16)}.${extension}`;
    names.set(key, name);
    files.set(name, { contentType, gzipped: await promisify(gzip)(content) });
  };
  await Promise.all(Object.entries<string>(contents).map(add));
  return {
    names: Object.fromEntries(names) as Record<Key, string>,
    find: (name) => files.get(name) ?? null,
  };
}
