import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file of GraphiQL. */
export interface File {
  readonly contentType: string;
  readonly gzipped: Uint8Array;
}

/** The name of each file. It contains a hash of the content, so what has the same name is the same. */
export type FileNames = Readonly<Record<keyof Contents, string>>;

export interface Files {
  readonly names: FileNames;
  /** Null if no file has this name, for example because it is of another version. */
  find(name: string): File | null;
}

type Contents = Awaited<ReturnType<typeof readContents>>;

const STYLES = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Loads and compresses the files of GraphiQL. They have 9 MB, so this is for the first browser that asks. */
export async function loadFiles(): Promise<Files> {
  const names = new Map<string, string>();
  const files = new Map<string, File>();
  const contents = Object.entries(await readContents());
  const add = async ([key, content]: [string, string]): Promise<void> => {
    const [extension, contentType] = key === 'styles' ? ['css', STYLES] : ['js', SCRIPT];
    const name = `${key}-${hash('sha256', content, 'hex').slice(0, 16)}.${extension}`;
    names.set(key, name);
    files.set(name, { contentType, gzipped: await promisify(gzip)(content) });
  };
  await Promise.all(contents.map(add));
  return { names: Object.fromEntries(names) as FileNames, find: (name) => files.get(name) ?? null };
}

async function readContents() {
  const [graphiql, page, styles] = await Promise.all([
    import('@graphql-yoga/render-graphiql/graphiql'),
    readFile(new URL('./page.browser.js', import.meta.url), 'utf8'),
    readFile(new URL('./page.browser.css', import.meta.url), 'utf8'),
  ]);
  return {
    graphiql: graphiql.js,
    page,
    styles: `${graphiql.css}\n${styles}`,
    editorWorker: graphiql.editorWorkerService,
    jsonWorker: graphiql.jsonWorker,
    graphqlWorker: graphiql.graphqlWorker,
  };
}
