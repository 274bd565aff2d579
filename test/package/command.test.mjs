import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { startSimulator } from 'device-reports-graphql/simulator';

const COMMAND = 'node_modules/.bin/device-reports-graphql';
const PACKAGE = 'node_modules/device-reports-graphql';
const QUERY = '{ sessionsReport(input: { imei: "709312034493372" }) { deviceId } }';
const { PATH, PACKED } = process.env;

const run = promisify(execFile);

const query = async (url) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: QUERY }),
  });
  return response.json();
};

/** Resolves with the first match in the output of a process. Rejects if the process ends without one. */
const findInOutput = async (child, pattern) => {
  for await (const line of createInterface({ input: child.stdout })) {
    const [, found] = pattern.exec(line) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error('The process ended too early.');
};

test('the command starts the server with nothing set, answers, and stops on SIGTERM, without a warning', async () => {
  const child = spawn(COMMAND, { env: { PATH, PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = text(child.stderr);
  const url = await findInOutput(child, /^\s*API\s+(http\S+)/);
  assert.equal((await query(url)).data.sessionsReport.deviceId, '1234567890');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  const lines = (await log).trimEnd().split('\n');
  assert.deepEqual(
    lines.filter((line) => !/^[\d:.]+ INFO /.test(line)),
    [],
  );
});

test('npx starts the server from the packed file in an empty folder, and Ctrl+C stops it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'device-reports-npx-'));
  const cwd = path.join(folder, 'empty');
  await mkdir(cwd);
  const child = spawn('npx', ['--yes', '--package', PACKED, 'device-reports-graphql'], {
    cwd,
    // npm may be configured by variables.
    env: { ...process.env, PORT: '0', npm_config_cache: path.join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as in a terminal.
    detached: true,
  });
  const log = text(child.stderr);
  const url = await findInOutput(child, /^\s*API\s+(http\S+)/);
  assert.equal((await query(url)).data.sessionsReport.deviceId, '1234567890');
  process.kill(-child.pid, 'SIGINT');
  await once(child, 'exit');
  assert.match(await log, / INFO {2}stopped$/m);
  assert.doesNotMatch(await log, /Warning|deprecated/);
  await rm(folder, { recursive: true });
});

test('the command drains when npx gets SIGTERM, though the shell between them does not pass it on', async () => {
  const child = spawn('npx', ['--no', 'device-reports-graphql'], {
    env: { ...process.env, PORT: '0', SHUTDOWN_DELAY_SECONDS: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = text(child.stderr);
  await findInOutput(child, /^\s*API\s+(http\S+)/);
  child.kill('SIGTERM');
  // It ends when the server does, which has its other end.
  assert.match(await log, / INFO {2}stopped$/m);
});

test('the command asks a server of its own for a report, and says in its exit code that it failed', async () => {
  const args = ['report', '--own-server', '--imei', '709312034493372', '--by', 'device', '--csv', '-'];
  const { stdout, stderr } = await run(COMMAND, args, { env: { PATH } });
  assert.match(stdout, /^imei,numberOfSessions,bytesTransferred,share,status\r\n709312034493372,\d+,\d+,1,\r\n$/);
  assert.match(stderr, /^Price: 1 upstream call /);
  const unknown = ['report', '--own-server', '--imei', '123456789012345', '--csv', '-'];
  await assert.rejects(run(COMMAND, unknown, { env: { PATH } }), {
    code: 1,
    stdout: '',
    stderr: /did not find what was requested/,
  });
  assert.match((await run(COMMAND, ['fleet', '--help'])).stdout, /--devices <file>/);
});

test('the command starts the simulator alone', async () => {
  const child = spawn(COMMAND, ['simulator'], {
    env: { PATH, SIMULATOR_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.match(await findInOutput(child, /^THINGSPACE_BASE_URL=(.+)/), /^http:/);
  child.kill('SIGTERM');
  await once(child, 'exit');
});

test('the command explains itself, and names pages that exist', async () => {
  for (const option of ['--help', '-h']) {
    const { stdout, stderr } = await run(COMMAND, [option]);
    assert.equal(stderr, '');
    for (const word of ['check-config', 'reset-sign-in', 'simulator', '--settings', '--version', 'Examples:'])
      assert.ok(stdout.includes(word), word);
    const named = [...stdout.matchAll(/\/\S+(?:\.md|\.example)/g)].map(([name]) => name);
    assert.equal(named.length, 2);
    for (const name of named) assert.notEqual(await readFile(name, 'utf8'), '');
  }
  const { version } = JSON.parse(await readFile(`${PACKAGE}/package.json`, 'utf8'));
  for (const option of ['--version', '-v'])
    assert.deepEqual(await run(COMMAND, [option]), { stdout: `${version}\n`, stderr: '' });
});

test('the command rejects arguments that it does not know in one line, and points to its help', async () => {
  for (const [args, reason] of [
    [['stop'], 'There is no command stop.'],
    [['start', '--port=80'], "Unknown option '--port'."],
    [['start', 'now'], 'start takes no further arguments, such as now.'],
    [['simulator', '--check'], '--check does not go with simulator.'],
    [['--settings', 'missing.env'], '--settings missing.env cannot be read: '],
    [['--settings'], "Option '--settings <value>' argument missing."],
  ]) {
    await assert.rejects(run(COMMAND, args), ({ code, stdout, stderr }) => {
      assert.deepEqual([code, stdout], [1, '']);
      assert.ok(stderr.startsWith(reason), stderr);
      assert.match(stderr, /^[^\n]+ See npx device-reports-graphql --help\.\n$/);
      return true;
    });
  }
});

test('the command reads settings from a file, and checks them', async () => {
  await writeFile('settings.env', "PORT=80.5\nDATA_DIR='./from file'\n");
  await assert.rejects(run(COMMAND, ['--settings', 'settings.env', '--check']), { code: 1, stderr: /^ {2}PORT: /m });
  // What is set already takes precedence.
  const env = { PATH, PORT: '0' };
  for (const args of [['--check'], ['check-config']]) {
    const { stdout, stderr } = await run(COMMAND, ['--settings', 'settings.env', ...args], { env });
    assert.match(stdout, /^ok +Store: .*\nok +Platform: The embedded simulator/m);
    assert.equal(stderr, '');
  }
});

test('the command says in a line that its port is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  await assert.rejects(run(COMMAND, [], { env: { PATH, PORT: String(port) } }), ({ code, stdout, stderr }) => {
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^[^\n]*:\d+\. Another program is using this port\. Set PORT to a free one\.[^\n]*\n$/);
    return true;
  });
  other.close();
});

test('the server of docs/embedding.md serves its own page and the API, and stops on SIGTERM', async () => {
  const simulator = await startSimulator();
  const port = await findFreePort();
  const env = { PATH, ...simulator.environment, PORT: String(port) };
  const child = spawn(process.execPath, ['server.mjs'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const exit = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const home = await fetch(url).catch(() => null);
    if (home === null) continue;
    assert.equal(await home.text(), 'Fleet portal\n');
    break;
  }
  assert.equal((await query(`${url}/graphql`)).data.sessionsReport.deviceId, '1234567890');
  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
  await simulator.close();
});

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
