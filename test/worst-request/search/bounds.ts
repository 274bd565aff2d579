/** What one request cost the server. Times are those of this machine, or of the machine of reference. */
export interface Cost {
  /** CPU time of the whole process, in milliseconds. */
  readonly cpuMs: number;
  /** The longest time for which the event loop did nothing else, in milliseconds. */
  readonly blockMs: number;
  /** Growth of the resident memory at its peak, in MiB. */
  readonly memoryMiB: number;
}

/** What docs/security-tests.md promises for every request within the documented limits, on the machine of reference. */
export const BOUNDS: Cost = { cpuMs: 500, blockMs: 150, memoryMiB: 64 };

/** Converts a cost on this machine to one on the machine of reference, from how many times as long this machine takes. */
export function toReference({ cpuMs, blockMs, memoryMiB }: Cost, slowness: number): Cost {
  return { cpuMs: cpuMs / slowness, blockMs: blockMs / slowness, memoryMiB };
}

export const MEASURES = ['cpuMs', 'blockMs', 'memoryMiB'] as const;

/** The measures that exceed their bound. */
export function findExceeded(cost: Cost): (keyof Cost)[] {
  return MEASURES.filter((measure) => cost[measure] > BOUNDS[measure]);
}

/** The smallest value of each measure: what a request costs each time, without what else happened on the machine. */
export function toSmallest(one: Cost, other: Cost): Cost {
  return {
    cpuMs: Math.min(one.cpuMs, other.cpuMs),
    blockMs: Math.min(one.blockMs, other.blockMs),
    memoryMiB: Math.min(one.memoryMiB, other.memoryMiB),
  };
}
