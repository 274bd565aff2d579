import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

const API = /^ *API +(http\S+)/m;

let built: BuiltServer;
beforeAll(async () => {
  built = await buildServer();
}, 120_000);
afterAll(() => built.remove());

/** Starts the server by npm, in a process group of its own. */
async function startByNpm() {
  const { PATH = '', HOME = '' } = process.env;
  // The program is built already, so the script before `start` is not needed.
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: path.dirname(built.folder),
    env: { PATH, HOME, PORT: '0', SHUTDOWN_DELAY_SECONDS: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = once(npm, 'exit');
  const texts = { output: '', log: '' };
  npm.stdout.setEncoding('utf8').on('data', (text: string) => (texts.output += text));
  npm.stderr.setEncoding('utf8').on('data', (text: string) => (texts.log += text));
  await eventually(() => texts.output).toMatch(API);
  const url = new URL('/health', API.exec(texts.output)?.[1]);
  expect((await fetch(url)).status).toBe(200);
  return { npm, exited, texts, url };
}

describe.skipIf(process.platform === 'win32')('npm start', { timeout: 60_000 }, () => {
  test('stops the server on SIGTERM, which the shell between them does not pass on', async () => {
    const { npm, exited, url } = await startByNpm();
    npm.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('stops the server in peace on Ctrl+C, which reaches it from the terminal and from npm', async () => {
    const { npm, exited, texts, url } = await startByNpm();
    if (npm.pid !== undefined) process.kill(-npm.pid, 'SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(texts.log).toMatch(/ INFO {2}stopped$/m);
    expect(texts.log).not.toContain('a second signal');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
