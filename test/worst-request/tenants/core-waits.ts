import { openSync, readSync } from 'node:fs';

/**
 * Returns the function that reads how long the threads of these processes' event loops were ready to run while other threads of the machine
 * had all cores, in milliseconds since they began. Linux only (schedstat in proc(5)).
 */
export function createCoreWaits(processIds: readonly number[]): () => readonly number[] {
  const files = processIds.map((id) => openSync(`/proc/${id}/task/${id}/schedstat`, 'r'));
  const buffer = Buffer.alloc(100);
  return () =>
    files.map((file) => {
      const [, waitedNs] = buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0)).split(' ');
      return Number(waitedNs) / 1e6;
    });
}

/** The longest wait of a thread between two readings. Several threads can wait at the same time, so the sum would be too much. */
export function toLongestWait(before: readonly number[], after: readonly number[]): number {
  return Math.max(0, ...after.map((waited, at) => waited - (before[at] ?? waited)));
}
