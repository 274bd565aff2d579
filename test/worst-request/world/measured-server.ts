import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram, type Program } from '../../soak/world/process.ts';
import type { Cost } from '../search/bounds.ts';
import type { Measurement, ProbeRequest } from './probe-messages.ts';

/** The built server in a process of its own, which can tell what a request costs. */
export interface MeasuredServer {
  readonly program: Program;
  readonly url: string;
  /** What the work costs the server from a collected heap. Linux only. */
  measure(work: () => Promise<unknown>): Promise<Cost>;
}

/** This file is bundled into test/worst-request/dist, the product into dist. */
const BUILT_FOLDER = fileURLToPath(new URL('../../../dist/', import.meta.url));
const PROBE = fileURLToPath(new URL('./probe.js', import.meta.url));

export async function startMeasuredServer(environment: Readonly<Record<string, string>>): Promise<MeasuredServer> {
  const program = startProgram({
    name: 'The server',
    args: ['--enable-source-maps', '--expose-gc', '--import', PROBE, path.join(BUILT_FOLDER, 'main.js')],
    environment,
    cwd: BUILT_FOLDER,
    hasIpc: true,
  });
  const ask = async (request: ProbeRequest): Promise<Measurement> => {
    const answered = once(program.child, 'message');
    program.child.send(request);
    const [answer] = (await answered) as [Measurement];
    return answer;
  };
  const url = await program.waitForOutput(/^ *API +(http:\S+)$/m);
  const folder = `/proc/${program.pid}`;
  return {
    program,
    url,
    async measure(work) {
      const before = await ask('begin');
      // Resets the peak of the resident memory (proc(5)).
      await writeFile(`${folder}/clear_refs`, '5');
      const bytesBefore = await readPeakBytes(folder);
      await work();
      const after = await ask('end');
      const cpuMs = after.cpuMs - before.cpuMs;
      return {
        cpuMs,
        // A longer block was not the server's own: it waited for the disk or for another process.
        blockMs: Math.min(after.blockMs, cpuMs),
        memoryMiB: ((await readPeakBytes(folder)) - bytesBefore) / 2 ** 20,
      };
    },
  };
}

async function readPeakBytes(folder: string): Promise<number> {
  const status = await readFile(`${folder}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}
