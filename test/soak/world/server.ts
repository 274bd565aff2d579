import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemoryUsage, ProbeAnswer, ProbeRequest } from './probe-messages.ts';
import { startProgram, type Program } from './process.ts';

/** The built product in a process of its own. */
export interface SoakServer {
  readonly program: Program;
  readonly url: string;
  /** Shifts the server's clock. */
  moveClock(offsetMs: number): Promise<void>;
  measure(): Promise<Measurement>;
  /** The peak of its memory. */
  readPeakBytes(): Promise<number>;
}

export interface Measurement extends MemoryUsage {
  /** Open file descriptors. */
  readonly handles: number;
}

export interface SoakServerOptions {
  readonly builtFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Beside the bundle that this file is in. */
const PROBE = fileURLToPath(new URL('./probe.js', import.meta.url));

export async function startSoakServer({ builtFolder, environment }: SoakServerOptions): Promise<SoakServer> {
  const program = startProgram({
    name: 'The server',
    args: ['--enable-source-maps', '--expose-gc', '--import', PROBE, path.join(builtFolder, 'main.js')],
    environment,
    cwd: builtFolder,
    hasIpc: true,
  });
  const ask = async (request: ProbeRequest): Promise<ProbeAnswer> => {
    const answered = once(program.child, 'message');
    program.child.send(request);
    const [answer] = (await answered) as [ProbeAnswer];
    return answer;
  };
  const url = await program.waitForOutput(/^ *API +(http:\S+)$/m);
  const folder = `/proc/${program.pid}`;
  return {
    program,
    url,
    async moveClock(offsetMs) {
      await ask({ kind: 'clock', offsetMs });
    },
    async measure() {
      const answer = await ask({ kind: 'measure' });
      if (answer.kind !== 'memory') throw new Error('The probe returned no measurement.');
      return { ...answer.memory, handles: (await readdir(`${folder}/fd`)).length };
    },
    async readPeakBytes() {
      const status = await readFile(`${folder}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
    },
  };
}
