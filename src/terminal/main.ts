import { systemClock } from '../domain/clock.ts';
import { runCommand } from './run-command.ts';
import { EXIT, TerminalError } from './terminal-error.ts';

// The terminal commands: report, fleet, top and watch. The program loads them only if one of them is asked for.
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
// Whoever reads a pipe may have enough, as head does.
process.stdout.on('error', () => process.exit(EXIT.done));

process.exitCode = await runCommand(process.argv.slice(2), {
  terminal: {
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    signal: interrupted.signal,
  },
  readSettings(file) {
    try {
      process.loadEnvFile(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TerminalError(EXIT.wrongArguments, `--settings ${file} cannot be read: ${reason}`, { cause: error });
    }
  },
  async startServer() {
    const { startOwnServer } = await import('../app/own-server.ts');
    return startOwnServer({ settings: process.env, log: process.stderr, ownProcess: process });
  },
});
