import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startProgram, type Program } from './process.ts';

/** The built server in a process of its own, with a probe in it that answers requests. */
export interface ProbedServer<Request, Answer> {
  readonly program: Program;
  readonly url: string;
  ask(request: Request): Promise<Answer>;
  /** The peak of its resident memory. */
  readPeakBytes(): Promise<number>;
}

export interface ProbedServerOptions {
  readonly builtFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The file that is loaded before the server's own code. */
  readonly probe: string;
}

/** Starts the server, and resolves when it listens. Only one request may wait for the probe at a time. */
export async function startProbedServer<Request extends string | object, Answer>(
  options: ProbedServerOptions,
): Promise<ProbedServer<Request, Answer>> {
  const { builtFolder, environment, probe } = options;
  const program = startProgram({
    name: 'The server',
    args: ['--enable-source-maps', '--expose-gc', '--import', probe, path.join(builtFolder, 'main.js')],
    environment,
    cwd: builtFolder,
    hasIpc: true,
  });
  const url = await program.waitForOutput(/^ *API +(http:\S+)$/m);
  return {
    program,
    url,
    async ask(request) {
      const answered = once(program.child, 'message');
      program.child.send(request);
      const [answer] = (await answered) as [Answer];
      return answer;
    },
    async readPeakBytes() {
      const status = await readFile(`/proc/${program.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
    },
  };
}
