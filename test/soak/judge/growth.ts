import type { Fault } from '../faults/fault.ts';
import type { Taken } from './run-record.ts';

const MEBIBYTE = 2 ** 20;
/** What may be more after a fault than before it: compiled code, and pages that the allocator keeps for the next time. */
export const TOLERANCE: Taken = { heapBytes: 12 * MEBIBYTE, rssBytes: 96 * MEBIBYTE, handles: 6 };

/** What the server took after a fault beyond what it may, in words. */
export function findGrowth(before: Taken, after: Taken, { keptRssMiB }: Pick<Fault, 'keptRssMiB'>): string[] {
  const most = { ...TOLERANCE, rssBytes: keptRssMiB === undefined ? TOLERANCE.rssBytes : keptRssMiB * MEBIBYTE };
  const names: readonly (keyof Taken)[] = ['heapBytes', 'rssBytes', 'handles'];
  return names
    .filter((name) => after[name] - before[name] > most[name])
    .map((name) => `${name} went from ${before[name]} to ${after[name]}`);
}
