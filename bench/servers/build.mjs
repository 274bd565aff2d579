import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds the server, unless its sources and packages are those of the last build. */
export function ensureBuilt() {
  const build = ['scripts/build.mjs', '--if-changed'];
  const { status } = spawnSync(process.execPath, build, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the server could not be built');
}
