/** What one request cost the server. */
export interface Cost {
  /** CPU time of the whole process, in milliseconds. */
  readonly cpuMs: number;
  /** The longest time for which the event loop did nothing else, in milliseconds. */
  readonly blockMs: number;
  /** Growth of the resident memory at its peak, in MiB. */
  readonly memoryMiB: number;
}

/** What docs/security.md promises for every request within the documented limits, on the machine of reference. */
const BOUNDS: Cost = { cpuMs: 500, blockMs: 150, memoryMiB: 64 };

/** The bounds on a machine that takes so many times as long as the reference. */
export function toBounds(slowness: number): Cost {
  const { cpuMs, blockMs, memoryMiB } = BOUNDS;
  return { cpuMs: cpuMs * slowness, blockMs: blockMs * slowness, memoryMiB };
}

export const MEASURES = ['cpuMs', 'blockMs', 'memoryMiB'] as const;

/** The measures that exceed their bound. */
export function findExceeded(cost: Cost, bounds: Cost): (keyof Cost)[] {
  return MEASURES.filter((measure) => cost[measure] > bounds[measure]);
}

/** The smallest value of each measure: what a request costs each time, without what else happened on the machine. */
export function toSmallest(one: Cost, other: Cost): Cost {
  return {
    cpuMs: Math.min(one.cpuMs, other.cpuMs),
    blockMs: Math.min(one.blockMs, other.blockMs),
    memoryMiB: Math.min(one.memoryMiB, other.memoryMiB),
  };
}
