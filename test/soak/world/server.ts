import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { LoopDelay, MemoryUsage, ProbeAnswer, ProbeRequest } from './probe-messages.ts';
import { startProbedServer } from './probed-server.ts';
import type { Program } from './process.ts';

/** The built product in a process of its own. */
export interface SoakServer {
  readonly program: Program;
  readonly url: string;
  /** Shifts the server's clock. */
  moveClock(offsetMs: number): Promise<void>;
  measure(): Promise<Measurement>;
  /** The delay of its event loop since this was last called. */
  takeLoopDelay(): Promise<LoopDelay>;
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
  const { program, url, ask, readPeakBytes } = await startProbedServer<ProbeRequest, ProbeAnswer>({
    builtFolder,
    environment,
    probe: PROBE,
  });
  return {
    program,
    url,
    async moveClock(offsetMs) {
      await ask({ kind: 'clock', offsetMs });
    },
    async measure() {
      const answer = await ask({ kind: 'measure' });
      if (answer.kind !== 'memory') throw new Error('The probe returned no measurement.');
      return { ...answer.memory, handles: (await readdir(`/proc/${program.pid}/fd`)).length };
    },
    async takeLoopDelay() {
      const answer = await ask({ kind: 'loop-delay' });
      if (answer.kind !== 'loop-delay') throw new Error('The probe returned no delay.');
      return answer.delay;
    },
    readPeakBytes,
  };
}
