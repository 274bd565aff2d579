import type { Fault } from '../faults/fault.ts';
import type { Taken } from './run-record.ts';

const MEBIBYTE = 2 ** 20;
/** How much each may grow during a fault: by compiled code, and by pages that the allocator keeps for reuse. */
export const TOLERANCE: Taken = { heapBytes: 12 * MEBIBYTE, rssBytes: 96 * MEBIBYTE, handles: 6 };

/** Describes what the server uses more of after a fault than is allowed. */
export function findGrowth(before: Taken, after: Taken, { maxRssGrowthMiB }: Pick<Fault, 'maxRssGrowthMiB'>): string[] {
  const max = {
    ...TOLERANCE,
    rssBytes: maxRssGrowthMiB === undefined ? TOLERANCE.rssBytes : maxRssGrowthMiB * MEBIBYTE,
  };
  const names: readonly (keyof Taken)[] = ['heapBytes', 'rssBytes', 'handles'];
  return names
    .filter((name) => after[name] - before[name] > max[name])
    .map((name) => `${name} grew from ${before[name]} to ${after[name]}`);
}
