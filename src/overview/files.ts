// A file of its own: the build puts web/, built, beside the program and replaces this address.
import { readFile } from 'node:fs/promises';
import { toPageFiles, type PageFiles } from '../http/pages/page-files.ts';

/** The files of the overview page. */
export type OverviewFiles = PageFiles<'overview' | 'styles'>;

const FOLDER = new URL('../../dist/web/', import.meta.url);

/** Reads and compresses what `npm run build` made of web/. Rejects if it is not there. */
export async function loadOverviewFiles(folder: URL = FOLDER): Promise<OverviewFiles> {
  const [overview, styles] = await Promise.all(
    ['overview.js', 'overview.css'].map((name) => readFile(new URL(name, folder), 'utf8')),
  );
  return toPageFiles({ overview: overview ?? '', styles: styles ?? '' });
}
