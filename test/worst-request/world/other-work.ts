import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** A kernel tick in proc(5). */
const TICK_MS = 10;

/**
 * Starts to measure which part of the machine's cores programs other than these processes take. Returns the function that ends it with a
 * number from 0 to 1. Linux only.
 */
export function startOtherWork(processIds: readonly number[]): () => number {
  const read = (): { readonly atMs: number; readonly otherMs: number } => ({
    atMs: performance.now(),
    otherMs: readBusyMs() - processIds.reduce((sum, id) => sum + readProcessMs(id), 0),
  });
  const before = read();
  return () => {
    const after = read();
    const cores = availableParallelism() * (after.atMs - before.atMs);
    return Math.max(0, (after.otherMs - before.otherMs) / cores);
  };
}

/** CPU time of the whole machine, with what its host gave to others. */
function readBusyMs(): number {
  const [first = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, stolen = 0] = first
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts + stolen) * TICK_MS;
}

function readProcessMs(id: number): number {
  const text = readFileSync(`/proc/${id}/stat`, 'latin1');
  // The name of the program can have blanks.
  const [userTicks, systemTicks] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(userTicks) + Number(systemTicks)) * TICK_MS;
}
