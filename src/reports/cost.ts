/** What one operation cost upstream so far; its reports add to it. */
export interface Cost {
  /** Report calls that fetched something of this operation. */
  calls: number;
  /** Those of them that other operations shared. */
  shared: number;
  /** Devices and reports that were answered from what was fetched before. */
  cached: number;
  /** Calls that were repeated after a failure. */
  retried: number;
  /** The time that its calls took, added up. */
  milliseconds: number;
}

/** The cost of an operation that has asked for nothing yet. */
export function createCost(): Cost {
  return { calls: 0, shared: 0, cached: 0, retried: 0, milliseconds: 0 };
}
