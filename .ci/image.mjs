// Runs the steps of the Dockerfile without a container engine: each stage in a folder of its own, from a source that cannot be written to,
// as an ordinary user if this runs as root. Then starts the server as the image does, with its files read-only, and stops it; and once more by
// npm start in the folder of the build, which is a checkout that was built and has the packages of production alone.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const ORDINARY_USER = 65_534;
const START_MS = 30_000;
const STOP_MS = 30_000;

const folder = mkdtempSync(path.join(tmpdir(), 'image-'));
chmodSync(folder, 0o755);
const identity = process.getuid?.() === 0 ? { uid: ORDINARY_USER, gid: ORDINARY_USER } : {};
try {
  const stages = buildStages(readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8'));
  const { build, last } = Object.fromEntries(stages);
  run('chmod', ['-R', 'a-w', last.workdir]);
  await runServer(last);
  console.log('The image builds, starts, is healthy, and stops.');
  await runServer({ ...last, root: build.root, workdir: build.workdir, command: ['npm', 'start'] });
  console.log('A checkout that was built starts by npm start without the packages of development.');
} finally {
  run('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
}

/** Returns the stages by their names: folder, environment, command and health check of each. The last is called last. */
function buildStages(dockerfile) {
  const context = copyContext();
  const stages = new Map();
  let stage = null;
  for (const [instruction, rest] of parse(dockerfile)) {
    switch (instruction) {
      case 'FROM': {
        const name = /AS (\w+)$/.exec(rest)?.[1] ?? 'last';
        const root = path.join(folder, name);
        makeFolder(root);
        stage = { root, environment: {}, command: [], healthCheck: '', user: 'root' };
        stages.set(name, stage);
        break;
      }
      case 'WORKDIR':
        makeFolder(path.join(stage.root, rest));
        stage.workdir = path.join(stage.root, rest);
        break;
      case 'ENV':
        for (const pair of rest.split(' ')) stage.environment[pair.split('=')[0]] = pair.split('=').slice(1).join('=');
        break;
      case 'COPY':
        copy(rest, stage, context, stages);
        break;
      case 'RUN':
        console.log(`RUN ${rest}`);
        // Only root can give a folder to another user. Here one user does everything.
        run('sh', ['-c', rest.replaceAll(' /data', ` ${stage.root}/data`).replace(/ && chown .*$/, '')], {
          ...identity,
          cwd: stage.workdir,
          env: { PATH: process.env.PATH, HOME: makeHome(), npm_config_cache: path.join(folder, 'npm') },
        });
        break;
      case 'USER':
        stage.user = rest;
        break;
      case 'HEALTHCHECK':
        stage.healthCheck = rest.slice(rest.indexOf('CMD ') + 4);
        break;
      case 'CMD':
        stage.command = JSON.parse(rest);
        break;
      case 'ARG':
      case 'VOLUME':
      case 'EXPOSE':
        break;
      default:
        throw new Error(`this check does not know the instruction ${instruction}`);
    }
  }
  if (stage.user === 'root') throw new Error('the server would run as root');
  return stages;
}

function parse(dockerfile) {
  return dockerfile
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]);
}

/** Only what .dockerignore lets through. */
function copyContext() {
  const context = path.join(folder, 'context');
  mkdirSync(context);
  const lines = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const line of lines.filter((each) => each.startsWith('!'))) {
    cpSync(path.join(ROOT, line.slice(1)), path.join(context, line.slice(1)), { recursive: true });
  }
  run('chmod', ['-R', 'a-w,a+rX', context]);
  return context;
}

function copy(rest, stage, context, stages) {
  const [, from] = /^--from=(\w+) /.exec(rest) ?? [];
  const words = rest.replace(/^--from=\w+ /, '').split(' ');
  const target = path.resolve(stage.workdir, words.at(-1));
  for (const source of words.slice(0, -1)) {
    const whole = from === undefined ? path.join(context, source) : path.join(stages.get(from).root, source);
    if (!existsSync(whole)) throw new Error(`there is no ${source} to copy`);
    const isFolder = words.at(-1).endsWith('/') || !path.basename(target).startsWith(path.basename(source));
    run('cp', ['-R', whole, isFolder ? `${target}/` : target], identity);
  }
  run('chmod', ['-R', 'u+w', stage.root]);
}

async function runServer({ root, workdir, environment, command, healthCheck }) {
  const port = String(await findFreePort());
  const [program, ...args] = command;
  const env = {
    PATH: process.env.PATH,
    HOME: makeHome(),
    ...environment,
    PORT: port,
    DATA_DIR: path.join(root, environment.DATA_DIR),
    SIMULATOR: 'true',
    SHUTDOWN_DELAY_SECONDS: '1',
  };
  const server = spawn(program, args, { ...identity, cwd: workdir, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  try {
    const isHealthy = () => {
      try {
        run('sh', ['-c', healthCheck], { ...identity, env });
        return true;
      } catch {
        return false;
      }
    };
    for (const endMs = Date.now() + START_MS; !isHealthy(); await sleep(200)) {
      if (server.exitCode !== null) throw new Error(`the server ended with exit code ${server.exitCode}`);
      if (Date.now() > endMs) throw new Error('the health check failed for 30 s');
    }
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"query":"{ aggregatedReport(input: { allDevices: true }) { totals { devices } } }"}',
    });
    const text = await response.text();
    if (!/"devices":\d+/.test(text)) throw new Error(`the server answered ${text}`);
    server.kill('SIGTERM');
    const code = await Promise.race([exited, sleep(STOP_MS, 'not', { ref: false })]);
    if (code !== 0) throw new Error(`the server ended with exit code ${code} after SIGTERM`);
  } finally {
    server.kill('SIGKILL');
  }
}

function makeFolder(name) {
  mkdirSync(name, { recursive: true });
  if (identity.uid !== undefined) run('chown', ['-R', String(identity.uid), name]);
}

function makeHome() {
  const home = path.join(folder, 'home');
  if (!existsSync(home)) {
    makeFolder(home);
    makeFolder(path.join(folder, 'npm'));
  }
  return home;
}

function run(program, args, options = {}) {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
}

function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
