// Loaded into the server before its own code, for the search only: collects garbage, and measures CPU time and the event loop.
import { openSync, readSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Measurement, ProbeRequest } from './probe-messages.ts';

/** Milliseconds between two looks at the event loop. */
const RESOLUTION_MS = 2;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

/** CPU time of the thread of the event loop since its start, in milliseconds. Linux only. */
const statistics = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
const buffer = Buffer.alloc(100);
function readThreadMs(): number {
  const text = buffer.toString('latin1', 0, readSync(statistics, buffer, 0, buffer.length, 0));
  return Number(text.split(' ', 1)[0]) / 1e6;
}

/** The most CPU time between two looks at the event loop, and when the last one was. */
let [mostMs, lastMs] = [0, 0];
function look(): void {
  const nowMs = readThreadMs();
  mostMs = Math.max(mostMs, nowMs - lastMs);
  lastMs = nowMs;
}
let looking: NodeJS.Timeout | null = null;

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
      [mostMs, lastMs] = [0, readThreadMs()];
      looking = setInterval(look, RESOLUTION_MS);
      answer({ cpuMs: toCpuMs(), blockMs: 0 });
    }, 20);
    return;
  }
  look();
  // The histogram sees a block when the next timer is late.
  const cpuMs = toCpuMs();
  setTimeout(() => {
    if (looking !== null) clearInterval(looking);
    // What is late without CPU time of its own waits for the disk or for another process.
    answer({ cpuMs, blockMs: Math.max(0, Math.min(mostMs, delays.max / 1e6) - RESOLUTION_MS) });
  }, 3 * RESOLUTION_MS);
});
// Without this the server would not exit on its own.
process.channel?.unref();

function toCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
