#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { VERSION } from './domain/version.ts';

// The command of the published package. In this repository, npm scripts run the same programs.
const PROGRAMS: ReadonlyMap<string, () => Promise<unknown>> = new Map([
  ['start', () => import('./main.ts')],
  ['check-config', () => import('./check-config.ts')],
  ['reset-sign-in', () => import('./reset-sign-in.ts')],
  ['erase-device', () => import('./erase-device.ts')],
  ['backup', () => import('./backup.ts')],
  ['simulator', () => import('./simulator/main.ts')],
]);

/** Commands that ask a server. They have options of their own, and read them themselves. */
const TERMINAL_COMMANDS: ReadonlySet<string> = new Set(['report', 'fleet', 'top', 'watch']);

/** Programs that take an argument, and check it themselves. */
const TAKES_ARGUMENT: ReadonlySet<string> = new Set(['erase-device', 'backup']);

const ARGUMENTS = {
  allowPositionals: true,
  options: {
    check: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    // Not --env-file: Node.js 20 takes that for itself wherever it stands.
    settings: { type: 'string' },
    version: { type: 'boolean', short: 'v' },
  },
} as const;

const PAGES = fileURLToPath(new URL('../', import.meta.url));
const COMMAND_NAME = 'device-reports-graphql';
const COMMAND = `npx ${COMMAND_NAME}`;

const USAGE = `GraphQL for the usage reports of cellular devices on the ThingSpace platform.

  ${COMMAND} [command] [options]

Commands:
  start          starts the server; without a command, too
  check-config   says whether the server would start, and what is wrong if not
  reset-sign-in  clears the failed logins, so that servers sign in again
  erase-device   removes what is stored about a device: erase-device <imei>
  backup         copies the SQLite database while servers use it: backup <file>
  simulator      starts a simulated platform alone

Commands that ask a server, or one of their own (report --help, and so on):
  report         usage per day, week, month, billing cycle or device
  fleet          an asynchronous report of up to 100,000 devices
  top            the devices that transferred most
  watch          follows an asynchronous report: watch <txid>

Options:
  --check            the same as the command check-config
  --settings <file>  reads variables from a file; those that are set already take precedence
  -v, --version      prints the version
  -h, --help         prints this text

Examples:
  ${COMMAND}                        try it with made-up devices; open http://127.0.0.1:4000/graphql
  PORT=8080 ${COMMAND}              the same on another port
  ${COMMAND} --settings .env        with your credentials and settings
  ${COMMAND} --settings .env --check
  ${COMMAND} report --own-server --all-devices    a table of the last seven days

Settings are environment variables. ${PAGES}.env.example lists them, and
${PAGES}docs/configuration.md explains them.
`;

/** How often npx is looked for. */
const LOOK_EVERY_MS = 250;

// The equivalent of --enable-source-maps, which a first line cannot pass on every system.
process.setSourceMapsEnabled(true);
stopWhenNpxEnds();
await readCommand(process.argv.slice(2))();

/** Returns the program that the arguments ask for. Bad arguments ask for a message, and exit code 1. */
function readCommand(args: string[]): () => Promise<unknown> {
  if (TERMINAL_COMMANDS.has(args[0] ?? '')) return () => import('./terminal/main.ts');
  try {
    const { values, positionals } = parseArgs({ ...ARGUMENTS, args });
    if (values.help === true) return () => print(USAGE);
    if (values.version === true) return () => print(`${VERSION}\n`);
    const [command = values.check === true ? 'check-config' : 'start', ...others] = positionals;
    const program = PROGRAMS.get(command);
    if (program === undefined) throw new Error(`There is no command ${command}.`);
    if (others.length > 0 && !TAKES_ARGUMENT.has(command))
      throw new Error(`${command} takes no further arguments, such as ${others.join(' ')}.`);
    if (values.check === true && command !== 'check-config') throw new Error(`--check does not go with ${command}.`);
    if (values.settings !== undefined) readSettings(values.settings);
    // Programs know no options of the command.
    process.argv.splice(2, args.length, ...others);
    return program;
  } catch (error) {
    // The parser goes on about arguments that begin with a dash, which no command takes.
    const [reason = ''] = error instanceof Error ? error.message.split('. To specify') : [String(error)];
    process.exitCode = 1;
    return () => Promise.resolve(process.stderr.write(`${reason.replace(/\.?$/, '.')} See ${COMMAND} --help.\n`));
  }
}

function print(text: string): Promise<unknown> {
  return Promise.resolve(process.stdout.write(text));
}

/** Sets the variables of the file that are not set yet. */
function readSettings(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--settings ${file} cannot be read: ${reason}`, { cause: error });
  }
}

/**
 * Sends this process a SIGTERM when npx, which started it, has ended: npx starts commands by a shell, and a shell that gets SIGTERM ends without
 * passing it on. Does nothing if the command was started in another way.
 */
function stopWhenNpxEnds(): void {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script = '' } = process.env;
  if (event !== 'npx' || !script.includes(COMMAND_NAME)) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    // Another process takes over those whose parent has ended.
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}
