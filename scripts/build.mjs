// Builds the program into dist, or into another folder. With --if-changed, only if its sources or packages have changed since.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PROGRAM } from './program.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = ['src', 'schema', 'web'];
const FILES = [
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/bundle-web.mjs',
  'scripts/program.mjs',
  'tsconfig.json',
  'package.json',
];
// npm writes it whenever it installs something.
const PACKAGES = ['node_modules/.package-lock.json'];

const { values } = parseArgs({
  options: { 'if-changed': { type: 'boolean' }, dir: { type: 'string', default: 'dist' } },
});
const dir = path.resolve(ROOT, values.dir);
// Written last and removed first, so that a build that was interrupted is not taken for a whole one.
const digestFile = path.join(dir, '.digest');

const sources = await digestSources().catch(() => null);
const packages = await digest(PACKAGES).catch(() => null);
const [builtSources, builtPackages] = (await readFile(digestFile, 'utf8').catch(() => '')).split(' ');
// Without the development packages, there is nothing to build with, and what was built with them is right.
const canBuild = existsSync(path.join(ROOT, 'node_modules/rolldown'));
const isBuilt = sources !== null && sources === builtSources && (packages === builtPackages || !canBuild);
if (!values['if-changed'] || !isBuilt) {
  if (!canBuild) {
    console.error(
      'The server is not built from these sources. Run "npm ci && npm run build" first; that needs all packages.',
    );
    process.exit(1);
  }
  const sayWhy = () => console.error('Building the server from its sources ...');
  const timer = setTimeout(sayWhy, 1_000 - process.uptime() * 1_000);
  // It takes a while to load, which a start without changes need not wait for.
  const { bundle } = await import('./bundle.mjs');
  const { bundleWeb } = await import('./bundle-web.mjs');
  await bundle({ ...PROGRAM, dir });
  await bundleWeb(path.join(dir, 'web'));
  if (sources !== null && packages !== null) await writeFile(digestFile, `${sources} ${packages}`);
  clearTimeout(timer);
}

/** Of what is built. Rejects if a file cannot be read. */
async function digestSources() {
  const inFolders = FOLDERS.map(async (folder) => {
    const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.relative(ROOT, path.join(parentPath, name)));
  });
  return digest([...(await Promise.all(inFolders)).flat().sort(), ...FILES]);
}

/** @param {string[]} files */
async function digest(files) {
  const contents = await Promise.all(files.map((file) => readFile(path.join(ROOT, file))));
  const hash = createHash('sha256');
  for (const [index, content] of contents.entries()) hash.update(`${files[index]} ${content.length}\n`).update(content);
  return hash.digest('hex');
}
