import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

/** util-linux can run a command in a pseudo-terminal, and return its exit code. */
const HAS_SCRIPT = spawnSync('script', ['-qec', 'exit 3', '/dev/null'], { stdio: 'ignore' }).status === 3;
const WEEK = '--from 2026-11-01 --to 2026-11-07';

describe('the terminal commands of the build', { timeout: 120_000 }, () => {
  let built: BuiltServer;
  let folder: string;

  beforeAll(async () => {
    built = await buildServer();
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
  });
  afterAll(async () => {
    await built.remove();
    await rm(folder, { recursive: true });
  });

  const environment = () => ({ PATH: process.env['PATH'] ?? '', DATA_DIR: path.join(folder, 'data'), TERM: 'xterm' });
  /** Runs a command in a shell, in a pipe. */
  const run = (command: string): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: environment() };
      execFile('sh', ['-c', command], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  const terminal = (args: string): string =>
    `"${process.execPath}" "${path.join(built.folder, 'terminal.js')}" ${args}`;

  test('ask a server of their own, in a pipe, without anything but the result on standard output', async () => {
    const { code, stdout, stderr } = await run(terminal(`report --own-server --all-devices ${WEEK} --csv -`));
    // The simulator reports its inactive devices as errors.
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/^Price: 7 upstream calls/) as string });
    const lines = stdout.trimEnd().split('\r\n');
    expect(lines).toHaveLength(8);
    expect(lines[1]).toMatch(/^2026-11-01,2026-11-01,\d+,\d+,\d+,\d+,false,true$/);
    expect(stderr).toContain('Used 7 upstream calls.');
    // eslint-disable-next-line no-control-regex
    expect(`${stdout}${stderr}`).not.toMatch(/\u001B/);
  });

  test('request a report from a server of their own, and follow it to its end', async () => {
    const top = await run(terminal('top --own-server --first 5 --json -'));
    const { usage } = JSON.parse(top.stdout) as { usage: { imei: string }[] };
    await writeFile(path.join(folder, 'five.txt'), usage.map(({ imei }) => imei).join('\n'));
    const { code, stdout } = await run(terminal('fleet --own-server --devices five.txt --csv five.csv'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/COMPLETED +5 +5 +0 +0/);
    expect((await readFile(path.join(folder, 'five.csv'), 'utf8')).trimEnd().split('\r\n')).toHaveLength(6);
  });

  test('end quietly if whoever reads the pipe has enough', async () => {
    const { code, stdout, stderr } = await run(
      `${terminal(`report --own-server --all-devices --by device ${WEEK} --csv -`)} | head -n 1`,
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'imei,numberOfSessions,bytesTransferred,share,status\r\n' });
    expect(stderr).not.toMatch(/EPIPE|at /);
  });

  test('explain themselves, each with examples, and end with exit code 2 for an unknown one', async () => {
    for (const name of ['report', 'fleet', 'top', 'watch']) {
      const { code, stdout } = await run(terminal(`${name} --help`));
      expect(code).toBe(0);
      expect(stdout).toContain(`npx device-reports-graphql ${name} `);
      for (const part of ['Options:', 'Examples:', 'DEVICE_REPORTS_TOKEN', 'Exit codes:'])
        expect(stdout).toContain(part);
    }
    expect(await run(terminal('stop'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no command stop') as string,
    });
  });

  test('say which setting of their own server is wrong', async () => {
    const { code, stdout, stderr } = await run(`AUTH_MODE=maybe ${terminal('top --own-server')}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('AUTH_MODE: ');
  });

  test.skipIf(!HAS_SCRIPT)(
    'show a table and a progress that fit into a terminal (skipped without util-linux)',
    async () => {
      const inTerminal = (columns: number, args: string): Promise<{ code: number; stdout: string }> =>
        run(`script -qec 'stty cols ${columns}; ${terminal(args)}' /dev/null`);
      const { code, stdout } = await inTerminal(60, `report --own-server --all-devices ${WEEK}`);
      expect(code).toBe(3);
      expect(stdout).toContain('\r\u001B[KWaiting for 7 upstream calls, 0 s');
      expect(stdout).toContain('\u001B[1m');
      const rows = stdout.split(/\r?\n/).filter((line) => line.startsWith('2026-11-0'));
      expect(rows).toHaveLength(7);
      expect(Math.max(...rows.map(({ length }) => length))).toBeLessThanOrEqual(60);
      const watched = await inTerminal(100, 'fleet --own-server --imei 709312034493372');
      expect(watched.code).toBe(0);
      expect(watched.stdout).toMatch(/[█░]{30} .*% {2}\d of 1 devices received/);
      const plain = await run(`NO_COLOR=1 script -qec '${terminal('top --own-server')}' /dev/null`);
      expect(plain.stdout).not.toContain('\u001B[1m');
    },
  );
});
