import { Writable } from 'node:stream';
import type { Clock } from '../../../src/domain/clock.ts';
import { runCommand, type OwnServer } from '../../../src/terminal/run-command.ts';

/** What a command wrote, and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly clock: Clock;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Width of the terminal; without it, the streams are pipes. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  readonly startServer?: () => Promise<OwnServer>;
}

/** Runs a terminal command in this process, with streams that record what it writes. */
export async function runTerminal(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const stdout = createStream(options.columns);
  const stderr = createStream(options.columns);
  const { clock, environment = {}, stdin = '', signal = new AbortController().signal } = options;
  const code = await runCommand(args, {
    terminal: { environment, stdin: toStdin(stdin), stdout: stdout.stream, stderr: stderr.stream, clock, signal },
    readSettings: () => undefined,
    startServer: options.startServer ?? (() => Promise.reject(new Error('no server may be started here'))),
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

async function* toStdin(text: string): AsyncGenerator<string, void> {
  yield await Promise.resolve(text);
}

function createStream(columns: number | undefined) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk.toString('utf8'));
      done();
    },
  });
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  return { stream: Object.assign(stream, terminal), text: () => chunks.join('') };
}
