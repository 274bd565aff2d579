import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const BUNDLE = fileURLToPath(new URL('../../../scripts/bundle-web.mjs', import.meta.url));
const SCRIPT = `const { bundleWeb } = await import(process.argv[1]); await bundleWeb(process.argv[2]);`;

/** The overview page, built in a temporary folder. */
export interface BuiltOverview {
  readonly folder: URL;
  remove(): Promise<void>;
}

/** Builds web/ as `npm run build` does. */
export async function buildOverview(): Promise<BuiltOverview> {
  const folder = await mkdtemp(path.join(tmpdir(), 'overview-page-'));
  const args = ['--input-type=module', '-e', SCRIPT, pathToFileURL(BUNDLE).href, folder];
  await promisify(execFile)(process.execPath, args);
  return { folder: pathToFileURL(`${folder}/`), remove: () => rm(folder, { recursive: true, force: true }) };
}
