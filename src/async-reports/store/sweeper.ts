import type { AsideCounts, RequestStore, SweepOutcome } from './store.ts';

const SWEEP_EVERY_MS = 3_600_000;

export interface SweeperOptions {
  readonly store: Pick<RequestStore, 'sweep' | 'asideCounts'>;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** Told of each sweep, and of all that was kept aside by then. */
  readonly onSwept: (swept: SweepOutcome, aside: AsideCounts) => void;
  readonly onTrouble: (error: unknown) => void;
}

export interface Sweeper {
  /** Resolves when a sweep that is under way has ended. */
  close(): Promise<void>;
}

/** Sweeps the store now, and then an hour after each sweep. */
export function startSweeper({ store, after, onSwept, onTrouble }: SweeperOptions): Sweeper {
  let isClosed = false;
  let callOff = (): void => undefined;
  const sweep = async (): Promise<void> => {
    await store
      .sweep()
      .then(async (swept) => onSwept(swept, await store.asideCounts()))
      .catch((error: unknown) => isClosed || onTrouble(error));
    if (!isClosed) callOff = after(SWEEP_EVERY_MS, sweepAgain);
  };
  const sweepAgain = (): void => {
    sweeping = sweep();
  };
  let sweeping = sweep();
  return {
    async close() {
      isClosed = true;
      callOff();
      await sweeping;
    },
  };
}
