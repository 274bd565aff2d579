// The operations that all clients run, by their names.
import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'graphql';

const FOLDER = new URL('operations/', import.meta.url);

export const TEXTS = Object.fromEntries(
  await Promise.all(
    (await readdir(FOLDER)).map(async (file) => [
      file.replace('.graphql', ''),
      await readFile(new URL(file, FOLDER), 'utf8'),
    ]),
  ),
);

export const DOCUMENTS = Object.fromEntries(Object.entries(TEXTS).map(([name, text]) => [name, parse(text)]));
