// Loaded into the server before its own code, for the search only: collects garbage, and measures CPU time and the event loop.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Measurement, ProbeRequest } from './probe-messages.ts';

/** Milliseconds between two looks at the event loop. */
const RESOLUTION_MS = 2;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

function collectGarbage(): void {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('The server has to be started with --expose-gc.');
  gc();
}

/** Answers a turn of the event loop later, so that its own work is not in the histogram. */
function answer(measurement: Measurement): void {
  process.send?.(measurement);
}

process.on('message', (request: ProbeRequest) => {
  if (request === 'begin') {
    collectGarbage();
    setTimeout(() => {
      delays.reset();
      answer({ cpuMs: toCpuMs(), blockMs: 0 });
    }, 20);
    return;
  }
  // The histogram sees a block when the next timer is late.
  const cpuMs = toCpuMs();
  setTimeout(() => answer({ cpuMs, blockMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS) }), 3 * RESOLUTION_MS);
});
// Without this the server would not exit on its own.
process.channel?.unref();

function toCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
