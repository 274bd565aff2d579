import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

const API = /^ *API +(http\S+)/m;

let built: BuiltServer;
beforeAll(async () => {
  built = await buildServer();
}, 120_000);
afterAll(() => built.remove());

test.skipIf(process.platform === 'win32')(
  'a signal to npm start stops the server, which npm leaves behind unless the shell runs it by exec',
  { timeout: 60_000 },
  async () => {
    const { PATH = '', HOME = '' } = process.env;
    // The program is built already, so the script before `start` is not needed.
    const npm = spawn('npm', ['start', '--ignore-scripts'], {
      cwd: path.dirname(built.folder),
      env: { PATH, HOME, PORT: '0', SHUTDOWN_DELAY_SECONDS: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(npm, 'exit');
    let output = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await eventually(() => output).toMatch(API);
    const url = API.exec(output)?.[1];
    expect((await fetch(new URL('/health', url))).status).toBe(200);
    npm.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await expect(fetch(new URL('/health', url))).rejects.toThrow('fetch failed');
  },
);
