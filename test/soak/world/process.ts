import { spawn, type ChildProcess } from 'node:child_process';
import { until } from '../time.ts';

export interface ProgramOptions {
  readonly name: string;
  /** The arguments of `node`. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Whether it has an IPC channel. */
  readonly hasIpc: boolean;
}

/** A program in a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves with the first group of the pattern once the output matches. Rejects if the process ends first, or after 30 s. */
  waitForOutput(pattern: RegExp): Promise<string>;
  /** The end of its output on both streams. */
  lastOutput(): string;
  /** How it ended; null while it runs. */
  ending(): string | null;
  /** Stops it with SIGTERM, and after the limit with SIGKILL. Resolves with how it ended. */
  stop(limitMs: number): Promise<string>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Resolves with how it ended, once it has ended. */
  ended(): Promise<string>;
}

const START_MS = 30_000;
const MAX_OUTPUT = 20_000;

export function startProgram({ name, args, environment, cwd, hasIpc }: ProgramOptions): Program {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(hasIpc ? ['ipc' as const] : [])],
  });
  let output = '';
  let ending: string | null = null;
  const listen = (text: string): void => void (output = (output + text).slice(-MAX_OUTPUT));
  child.stdout?.setEncoding('utf8').on('data', listen);
  child.stderr?.setEncoding('utf8').on('data', listen);
  // No child process outlives the soak, however that ends.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => {
      process.off('exit', kill);
      ending = signal === null ? `exit code ${code ?? -1}` : `signal ${signal}`;
      resolve(ending);
    }),
  );
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} cannot be started.`);

  return {
    child,
    pid,
    async waitForOutput(pattern) {
      await until(() => pattern.test(output) || ending !== null, START_MS);
      const found = pattern.exec(output)?.[1];
      if (found === undefined) throw new Error(`${name} did not start (${ending ?? 'it still runs'}):\n${output}`);
      return found;
    },
    lastOutput: () => output,
    ending: () => ending,
    async stop(limitMs) {
      if (ending !== null) return ended;
      child.kill('SIGTERM');
      if (await until(() => child.exitCode !== null || child.signalCode !== null, limitMs)) return ended;
      child.kill('SIGKILL');
      await ended;
      return `it had to be killed ${limitMs / 1_000} s after SIGTERM`;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    ended: () => ended,
  };
}
