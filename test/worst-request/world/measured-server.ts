import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startProbedServer } from '../../soak/world/probed-server.ts';
import type { Program } from '../../soak/world/process.ts';
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
  const { program, url, ask, readPeakBytes } = await startProbedServer<ProbeRequest, Measurement>({
    builtFolder: BUILT_FOLDER,
    environment,
    probe: PROBE,
  });
  return {
    program,
    url,
    async measure(work) {
      const before = await ask('begin');
      // Resets the peak of the resident memory (proc(5)).
      await writeFile(`/proc/${program.pid}/clear_refs`, '5');
      const bytesBefore = await readPeakBytes();
      await work();
      const after = await ask('end');
      return {
        cpuMs: after.cpuMs - before.cpuMs,
        blockMs: after.blockMs,
        memoryMiB: ((await readPeakBytes()) - bytesBefore) / 2 ** 20,
      };
    },
  };
}
