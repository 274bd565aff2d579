import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '../../dist/src/simulator/index.js';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/**
 * Starts the simulator and, in a process of its own, the device reports on it, as built in the folder above. Resolves to the
 * `url` of the API, the `simulator`, and a `close`; rejects where the server does not start.
 */
export async function startReports(environment = {}) {
  const simulator = await startSimulator();
  const { credentials } = simulator;
  const dataDir = await mkdtemp(join(tmpdir(), 'device-reports-'));
  const server = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      DATA_DIR: dataDir,
      THINGSPACE_BASE_URL: simulator.url,
      THINGSPACE_CLIENT_ID: credentials.clientId,
      THINGSPACE_CLIENT_SECRET: credentials.clientSecret,
      THINGSPACE_USERNAME: credentials.username,
      THINGSPACE_PASSWORD: credentials.password,
      THINGSPACE_ACCOUNT_NUMBER: simulator.accountNumber,
      ...environment,
    },
  });
  const ended = once(server, 'exit');
  const close = async () => {
    server.kill('SIGTERM');
    await ended;
    await simulator.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  const url = await Promise.race([readAddress(server.stdout), ended.then(() => null)]);
  if (url === null) {
    await close();
    throw new Error('The device reports did not start.');
  }
  return { url, simulator, close };
}

/** The server prints the address of its API when it is ready. */
async function readAddress(stdout) {
  for await (const line of createInterface({ input: stdout })) {
    const url = /^\s*API\s+(http\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      stdout.resume();
      return url;
    }
  }
  return null;
}
