/** A counting semaphore, first come first served. */
export interface Slots {
  /** Runs `work` when a slot is free. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Limits how many tasks run at the same time. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;

  async function acquire(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function release(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  return {
    async run(work) {
      await acquire();
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
