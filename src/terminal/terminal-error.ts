// A file of its own: every command ends with one of these codes, and every part of one may fail with this error.
/** The exit codes of the terminal commands, for scripts. docs/terminal.md lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongArguments: 2,
  incomplete: 3,
  tooManyCalls: 4,
  notAllowed: 5,
  tryLater: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Why a command ends without its result. The message says what to do. */
export class TerminalError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TerminalError';
    this.exitCode = exitCode;
  }
}
