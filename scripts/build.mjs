// Builds the program into dist, or into another folder. With --if-changed, only if its sources or packages have changed since.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PROGRAM } from './program.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = ['src', 'schema'];
// npm writes the last of these whenever it installs something.
const FILES = [
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/program.mjs',
  'tsconfig.json',
  'package.json',
  'node_modules/.package-lock.json',
];

const { values } = parseArgs({
  options: { 'if-changed': { type: 'boolean' }, dir: { type: 'string', default: 'dist' } },
});
const dir = path.resolve(ROOT, values.dir);
// Written last and removed first, so that a build that was interrupted is not taken for a whole one.
const digestFile = path.join(dir, '.digest');

const digest = await digestInputs().catch(() => null);
if (!values['if-changed'] || digest === null || digest !== (await readFile(digestFile, 'utf8').catch(() => null))) {
  const sayWhy = () => console.error('Building the server from its sources ...');
  const timer = setTimeout(sayWhy, 1_000 - process.uptime() * 1_000);
  // It takes a while to load, which a start without changes need not wait for.
  const { bundle } = await import('./bundle.mjs');
  await bundle({ ...PROGRAM, dir });
  if (digest !== null) await writeFile(digestFile, digest);
  clearTimeout(timer);
}

/** Of what the build depends on. Rejects if that cannot be told, as with packages that npm has not installed. */
async function digestInputs() {
  const inFolders = FOLDERS.map(async (folder) => {
    const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  });
  const files = [...(await Promise.all(inFolders)).flat().sort(), ...FILES.map((file) => path.join(ROOT, file))];
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256');
  for (const [index, content] of contents.entries()) hash.update(`${files[index]} ${content.length}\n`).update(content);
  return hash.digest('hex');
}
