import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe } from 'vitest';
import { eventually } from '../eventually.ts';
import { findFreePort } from '../free-port.ts';
import { readRepositoryFile } from './deployment-files.ts';

/** Where Debian's package `nginx-light` puts it. */
const EXECUTABLE = '/usr/sbin/nginx';

/** In CI, tests without nginx fail. Elsewhere they are skipped, with a warning. */
const isThere = existsSync(EXECUTABLE);
const isRequired = process.env['CI'] !== undefined && process.env['CI'] !== 'false';

/** Like `describe`, for tests that need nginx. */
export const describeBehindNginx = isThere || isRequired ? describe : describe.skip;
if (!isThere && !isRequired) {
  process.stderr.write(`The test behind nginx is skipped: there is no ${EXECUTABLE} (apt-get install nginx-light).\n`);
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

export interface Nginx {
  readonly url: string;
  /** What it complained about. */
  complaints(): string;
  /** Marks a server as down, or none (null), and reloads the configuration. Resolves when nginx works by it. */
  leaveOut(at: number | null): Promise<void>;
  close(): Promise<void>;
}

/** Starts nginx with deploy/nginx/device-reports.conf, in front of servers on these ports of this machine. */
export async function startNginx(folder: string, ports: readonly number[]): Promise<Nginx> {
  const port = await findFreePort();
  const written = await readRepositoryFile('deploy/nginx/device-reports.conf');
  const writeSite = (down: number | null, generation: number): Promise<void> => {
    const site = written
      .replaceAll(/server-(\d+):4000 max_fails=0/g, (line, number: string) => {
        const at = Number(number) - 1;
        return line.replace(/^\S+/, `127.0.0.1:${ports[at] ?? 0}`) + (at === down ? ' down' : '');
      })
      .replace('listen 8080;', `listen 127.0.0.1:${port}; location = /generation { return 200 '${generation}'; }`);
    return writeFile(path.join(folder, 'site.conf'), site);
  };
  let generation = 0;
  const file = path.join(folder, 'nginx.conf');
  await writeSite(null, generation);
  await writeFile(
    file,
    [
      'daemon off;',
      'worker_processes 1;',
      `pid ${folder}/nginx.pid;`,
      'error_log stderr warn;',
      'events {}',
      'http {',
      'access_log off;',
      ...TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`),
      'include site.conf;',
      '}',
    ].join('\n'),
  );
  const nginx = spawn(EXECUTABLE, ['-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(nginx, 'exit');
  let complaints = '';
  nginx.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(`${url}/livez`))) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${complaints}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    complaints: () => complaints,
    async leaveOut(at) {
      generation += 1;
      await writeSite(at, generation);
      nginx.kill('SIGHUP');
      const text = async (): Promise<string> => (await fetch(`${url}/generation`)).text();
      await eventually(text).toBe(String(generation));
    },
    async close() {
      nginx.kill('SIGTERM');
      await exited;
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
