import { createApi } from './api.ts';
import { COMMANDS, toHelp } from './commands.ts';
import { readOptions, type Options } from './options.ts';
import { EXIT, TerminalError, type ExitCode } from './terminal-error.ts';
import { note, style, toPlainText, type Terminal } from './terminal.ts';

/** A server that a command started for itself. */
export interface OwnServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly terminal: Terminal;
  /** Adds the variables of a file to the environment. Throws if it cannot be read. */
  readonly readSettings: (file: string) => void;
  readonly startServer: () => Promise<OwnServer>;
}

const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

/** Runs the command that the arguments name, and resolves with its exit code. Never rejects. */
export async function runCommand(args: readonly string[], options: RunOptions): Promise<ExitCode> {
  const { terminal } = options;
  try {
    return await run(args, options);
  } catch (error) {
    if (terminal.signal.aborted) {
      note(terminal, 'Interrupted.');
      return EXIT.interrupted;
    }
    const message = error instanceof Error ? error.message : String(error);
    const label = style('red', 'Error:', terminal.stderr);
    for (const [at, line] of message.split('\n').entries())
      terminal.stderr.write(`${at === 0 ? `${label} ` : ''}${toPlainText(line)}\n`);
    return error instanceof TerminalError ? error.exitCode : EXIT.failed;
  }
}

async function run([name = '', ...args]: readonly string[], { terminal, ...options }: RunOptions): Promise<ExitCode> {
  const command = COMMANDS.get(name);
  if (command === undefined) {
    const names = [...COMMANDS.keys()].join(', ');
    const reason = name === '' ? 'No command was named' : `There is no command ${name}`;
    throw new TerminalError(EXIT.wrongArguments, `${reason}. There are ${names}; each has --help.`);
  }
  const read = readArguments(args, name);
  if (read.flag('help')) {
    terminal.stdout.write(toHelp(name, command));
    return EXIT.done;
  }
  if (command.operands === null && read.operands.length > 0)
    throw new TerminalError(
      EXIT.wrongArguments,
      `${name} takes only options, not ${read.operands.join(' ')}. See ${name} --help.`,
    );
  const settings = read.text('settings');
  if (settings !== null) options.readSettings(settings);
  if (read.flag('own-server') && read.text('url') !== null)
    throw new TerminalError(EXIT.wrongArguments, '--own-server does not go with --url.');
  const closing = new AbortController();
  const signal = AbortSignal.any([terminal.signal, closing.signal]);
  let own: OwnServer | null = null;
  const connect = async () => {
    if (read.flag('own-server')) own = await options.startServer();
    const url = toUrl(own?.url ?? read.text('url') ?? terminal.environment['DEVICE_REPORTS_URL'] ?? DEFAULT_URL);
    const token = terminal.environment['DEVICE_REPORTS_TOKEN'] ?? '';
    if (token !== '' && url.protocol === 'http:' && !isLoopback(url))
      note(terminal, `Warning: the token goes to ${url.host} unencrypted. Use https.`);
    return createApi({ url, token: token === '' ? null : token, signal });
  };
  try {
    return await command.run({ options: read, terminal: { ...terminal, signal }, connect });
  } finally {
    // Ends what still waits, such as the other reports if one has failed.
    closing.abort();
    await (own as OwnServer | null)?.close();
  }
}

function readArguments(args: readonly string[], name: string): Options {
  try {
    return readOptions(args, COMMANDS.get(name)?.options ?? []);
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    throw new TerminalError(error.exitCode, `${error.message} See ${name} --help.`, { cause: error });
  }
}

function toUrl(text: string): URL {
  if (!/^https?:/i.test(text) || !URL.canParse(text))
    throw new TerminalError(EXIT.wrongArguments, `${text} is not a URL. Send one such as ${DEFAULT_URL}.`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new TerminalError(
      EXIT.wrongArguments,
      'The URL has a user name. Put a token into DEVICE_REPORTS_TOKEN instead.',
    );
  return url;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
