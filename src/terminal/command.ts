// A file of its own: every command has this shape, and only the list of commands knows them all.
import type { Api } from './api.ts';
import type { Options } from './options.ts';
import type { ExitCode } from './terminal-error.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly options: Options;
  readonly terminal: Terminal;
  /** Connects to the server, or starts one. Called once the arguments are known to be right. */
  readonly connect: () => Promise<Api>;
}

/** Runs a command. Rejects with TerminalError if it has no result. */
export type CommandRun = (context: CommandContext) => Promise<ExitCode>;
