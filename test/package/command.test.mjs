import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { builtinModules } from 'node:module';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startSimulator } from 'device-reports-graphql/simulator';

const COMMAND = 'node_modules/.bin/device-reports-graphql';
const PACKAGE = 'node_modules/device-reports-graphql';
const QUERY = '{ sessionsReport(input: { imei: "709312034493372" }) { deviceId } }';
const { PATH } = process.env;

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

test('the command starts the server with nothing set, answers, and stops on SIGTERM', async () => {
  const child = spawn(COMMAND, { env: { PATH, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await findInOutput(child, /^\s*API\s+(http\S+)/);
  assert.equal((await query(url)).data.sessionsReport.deviceId, '1234567890');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('the command starts the simulator alone, and explains itself', async () => {
  const child = spawn(COMMAND, ['simulator'], {
    env: { PATH, SIMULATOR_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.match(await findInOutput(child, /^THINGSPACE_BASE_URL=(.+)/), /^http:/);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const { stdout } = await promisify(execFile)(COMMAND, ['--help']);
  assert.match(stdout, /reset-sign-in/);
  await assert.rejects(promisify(execFile)(COMMAND, ['stop']), { code: 1, stderr: /There is no command stop/ });
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

test('the package brings nothing but libsql, and imports nothing else', async () => {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(`${PACKAGE}/package.json`, 'utf8'));
  assert.deepEqual(Object.keys(dependencies), ['libsql']);
  assert.deepEqual(Object.keys(peerDependencies), ['graphql']);
  const files = (await readdir(`${PACKAGE}/dist`)).filter((name) => name.endsWith('.js'));
  const imported = new Set();
  for (const file of files) {
    // GraphiQL is a text, with imports of its own.
    const text = (await readFile(`${PACKAGE}/dist/${file}`, 'utf8')).slice(0, 3_000_000);
    for (const [, name] of text.matchAll(/^(?:import|export)\b[^"\n]*"([^".][^"\n]*)";$/gm)) imported.add(name);
  }
  const others = [...imported].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  assert.deepEqual(others.filter((name) => !/^graphql($|\/)/.test(name)).sort(), ['libsql']);
});

test('the folder has one copy of graphql, and no package that only the bundle needs', async () => {
  const files = await readdir('node_modules', { recursive: true });
  const copies = files.filter((name) => /(?:^|[\\/])graphql[\\/]package\.json$/.test(name));
  assert.equal(copies.length, 1);
  assert.deepEqual(
    files.filter((name) => /^graphql-yoga$|^@pothos$|^@graphql-tools$/.test(name)),
    [],
  );
});

test('the package has its license, and those of what is bundled', async () => {
  assert.match(await readFile(`${PACKAGE}/LICENSE`, 'utf8'), /MIT/);
  const licenses = await readFile(`${PACKAGE}/dist/THIRD-PARTY-LICENSES.txt`, 'utf8');
  for (const name of ['graphql-yoga', '@pothos/core', 'node-fetch', 'pg', '@graphql-yoga/render-graphiql']) {
    assert.match(licenses, new RegExp(`^${name} \\d`, 'm'));
  }
  assert.match(licenses, /^Elastic License 2.0$/m);
});

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
