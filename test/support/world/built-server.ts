import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUILD = 'scripts/build.mjs';
const SOURCES = ['package.json', 'tsconfig.json', 'scripts', 'schema', 'src', 'web'];

/** The server as `npm start` runs it, built in a temporary folder. */
export interface BuiltServer {
  /** The folder of the build. Beside it are only the packages and a package.json. */
  readonly folder: string;
  /** Starts the server, or another entry point, with these environment variables and arguments only. */
  start(environment: Record<string, string>, entry?: string, args?: readonly string[]): StartedServer;
  remove(): Promise<void>;
}

export interface StartedServer {
  readonly process: ChildProcess;
  /** Its standard output so far. */
  output(): string;
  /** Its standard error output so far. */
  complaints(): string;
  /** Resolves with the address after this word of the start text. Rejects if the process ends first. */
  address(word: string): Promise<string>;
  /** Resolves with the exit code, or with null if a signal ended the process. */
  exited(): Promise<number | null>;
}

/** Builds the sources of this folder, or those of another, which have the same packages. */
export async function buildServer(source = ROOT): Promise<BuiltServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'device-reports-build-'));
  await promisify(execFile)(process.execPath, [path.join(source, BUILD), '--dir', path.join(folder, 'dist')]);
  await cp(path.join(source, 'package.json'), path.join(folder, 'package.json'));
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return {
    folder: path.join(folder, 'dist'),
    start: (environment, entry = 'main.js', args = []) => toStarted(folder, environment, entry, args),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Builds the server from a copy of the sources in which files are replaced. Rejects if one stays as it is. */
export async function buildChanged(changes: Readonly<Record<string, (text: string) => string>>): Promise<BuiltServer> {
  const source = await mkdtemp(path.join(tmpdir(), 'device-reports-source-'));
  try {
    for (const name of SOURCES) await cp(path.join(ROOT, name), path.join(source, name), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules'), path.join(source, 'node_modules'));
    for (const [name, change] of Object.entries(changes)) {
      const file = path.join(source, name);
      const text = await readFile(file, 'utf8');
      const changed = change(text);
      if (changed === text) throw new Error(`${name} stayed as it is`);
      await writeFile(file, changed);
    }
    return await buildServer(source);
  } finally {
    await rm(source, { recursive: true, force: true });
  }
}

/** Without credentials, the server would record days of its simulator. Tests that want that set RECORD to nothing. */
function withoutSample(environment: Record<string, string>): Record<string, string> {
  return 'THINGSPACE_CLIENT_ID' in environment ? {} : { RECORD: 'off' };
}

function toStarted(
  folder: string,
  environment: Record<string, string>,
  entry: string,
  args: readonly string[],
): StartedServer {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(folder, 'dist', entry), ...args], {
    cwd: folder,
    env: { PATH, PORT: '0', LOG_FORMAT: 'json', ...withoutSample(environment), ...environment },
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  return {
    process: child,
    output: () => output,
    complaints: () => complaints,
    async address(word) {
      for (;;) {
        const found = new RegExp(`^ *${word} +(http://\\S+)`, 'm').exec(output)?.[1];
        if (found !== undefined) return found;
        const ended = await Promise.race([once(child.stdout, 'data').then(() => false), exit.then(() => true)]);
        if (ended) throw new Error(`it ended: ${output}${complaints}`);
      }
    },
    exited: () => exit,
  };
}
