import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/**
 * Starts the built device reports server with its simulator, in its own process. Resolves to the `url` of the API, the `devices` of
 * the simulator (the same at every start), its `adminUrl`, and `close`. Rejects if the server does not start.
 */
export async function startReports(environment = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'device-reports-example-'));
  const server = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...withoutPlatform(process.env),
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      // Whatever NODE_ENV is: Vite sets it to production.
      SIMULATOR: 'true',
      // The sample record makes calls of its own, and the examples count theirs.
      RECORD: 'off',
      DATA_DIR: dataDir,
      ...environment,
    },
  });
  const ended = once(server, 'exit');
  const close = async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  const addresses = await Promise.race([readAddresses(server.stdout), ended.then(() => null)]);
  if (addresses === null) {
    await close();
    throw new Error('The device reports did not start.');
  }
  const { API, Platform } = addresses;
  const adminUrl = new URL('/__simulator', Platform).href;
  const { devices } = await (await fetch(`${adminUrl}/devices`)).json();
  return { url: API, devices, adminUrl, close };
}

/** Removes THINGSPACE_ variables: examples never call a real platform, whatever is set in the shell. */
function withoutPlatform(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('THINGSPACE_')));
}

/** Reads the addresses that the server prints when it is ready. Resolves to null if the output ends first. */
async function readAddresses(stdout) {
  const addresses = {};
  for await (const line of createInterface({ input: stdout })) {
    const [, name, url] = /^\s*(API|Platform)\s+(http\S+)/.exec(line) ?? [];
    if (name !== undefined) addresses[name] = url;
    if (addresses.API !== undefined && addresses.Platform !== undefined) {
      stdout.resume();
      return addresses;
    }
  }
  return null;
}
