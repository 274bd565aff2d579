import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { ReportStoreOptions } from '../../../src/async-reports/store/open-store.ts';
import type { ReceivedMessage } from '../../../src/async-reports/async-report.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CHILD = 'test/support/store/writer-child';
const SOURCES = ['src/async-reports', 'src/domain', 'src/turns', `${CHILD}.ts`];

/** A separate process that records messages, as a server does. */
export interface WriterProcess {
  /** Resolves to true once the process has acknowledged the messages, or to false if it died first. */
  write(messages: readonly ReceivedMessage[]): Promise<boolean>;
  /** Kills the process without a chance to clean up. Resolves when it has ended. */
  kill(): Promise<void>;
  /** Lets the process finish its work and exit. Rejects if it fails. */
  finish(): Promise<void>;
}

export interface WriterProgram {
  start(location: Pick<ReportStoreOptions, 'databaseUrl' | 'dataDir'>): Promise<WriterProcess>;
  remove(): Promise<void>;
}

/** Builds the writer program in a temporary folder, as JavaScript that runs without a loader. */
export async function buildWriterProgram(): Promise<WriterProgram> {
  const folder = await mkdtemp(path.join(tmpdir(), 'writer-'));
  for (const source of SOURCES) {
    const names = source.endsWith('.ts')
      ? [source]
      : (await readdir(path.join(ROOT, source), { recursive: true }))
          .filter((name) => name.endsWith('.ts'))
          .map((name) => `${source}/${name}`);
    for (const name of names) await strip(name, folder);
  }
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return {
    start: (location) => start(path.join(folder, `${CHILD}.js`), location),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function strip(name: string, folder: string): Promise<void> {
  const { outputText } = ts.transpileModule(await readFile(path.join(ROOT, name), 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
      verbatimModuleSyntax: true,
    },
  });
  const to = path.join(folder, name.replace(/\.ts$/, '.js'));
  await mkdir(path.dirname(to), { recursive: true });
  await writeFile(to, outputText);
}

async function start(
  program: string,
  { databaseUrl, dataDir }: Parameters<WriterProgram['start']>[0],
): Promise<WriterProcess> {
  const child = spawn(process.execPath, [program, databaseUrl ?? '', dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const waiting = new Map<number, (isAcknowledged: boolean) => void>();
  let written = 0;
  // A killed process closes its pipe. What is written to it afterwards is not acknowledged.
  child.stdin.on('error', () => null);
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') {
        resolve();
        return;
      }
      const [number = '', answer] = line.split(' ');
      waiting.get(Number(number))?.(answer === 'ok');
      waiting.delete(Number(number));
    });
    child.once('exit', () => reject(new Error('The writer ended before it was ready.')));
  });
  // 'close' comes after every line of output has been read.
  child.once('close', () => {
    for (const settle of waiting.values()) settle(false);
    waiting.clear();
  });
  await ready;
  return {
    write: (messages) =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) {
          resolve(false);
          return;
        }
        waiting.set((written += 1), resolve);
        child.stdin.write(`${JSON.stringify({ number: written, messages })}\n`);
      }),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async finish() {
      child.stdin.end();
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(`The writer ended with ${String(code)}.`);
    },
  };
}
