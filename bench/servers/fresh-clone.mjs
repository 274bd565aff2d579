import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Unavailable } from '../unavailable.mjs';

/** The environment of someone who types a command, without what npm adds when it runs these benchmarks. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|THINGSPACE_|DATA_DIR$|DATABASE_URL$)/i.test(name)),
);

/**
 * @param {string} cwd
 * @param {string} command
 * @param {string[]} args
 */
function run(cwd, command, args) {
  const { status, stderr, error } = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  throw new Unavailable(`"${command} ${args.join(' ')}" failed: ${reason}.`);
}

/**
 * Brings a clone of the last commit of a checkout to the state after `npm ci`: its packages are installed, and nothing is built. Only
 * the first call clones and installs.
 * @param {string} checkout
 * @param {string} clone the folder of the clone
 */
export function freshClone(checkout, clone) {
  if (existsSync(join(clone, 'node_modules'))) {
    run(clone, 'git', ['clean', '--force', '-d', '-x', '--quiet', '--exclude=node_modules']);
    return;
  }
  run('.', 'git', ['clone', '--quiet', checkout, clone]);
  run(clone, 'npm', ['ci', '--no-audit', '--no-fund']);
}

/**
 * Runs `npm start` in a clone.
 * @param {string} clone
 * @param {{ port: number, output: number, processes: import('../processes.mjs').Processes }} means
 */
export function npmStart(clone, { port, output, processes }) {
  const launchedAt = performance.now();
  const child = processes.add(
    spawn('npm', ['start'], {
      cwd: clone,
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...environment, PORT: String(port) },
    }),
    { group: true },
  );
  return { child, launchedAt };
}
