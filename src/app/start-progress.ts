import type { Clock } from '../domain/clock.ts';

export interface StartProgressOptions {
  readonly after: Clock['after'];
  readonly slowMs: number;
  /** Receives each step that somebody has to wait for. */
  readonly report: (step: string) => void;
}

/** Reports what a start is doing if it takes long, so that nobody waits in silence. */
export interface StartProgress {
  /** Resolves or rejects as the step does. */
  during<T>(step: string, work: Promise<T>): Promise<T>;
  /** Call this when the start is over, whether or not it succeeded. */
  end(): void;
}

/** Reports nothing for `slowMs`, then the current step, and each later one as it begins. */
export function createStartProgress({ after, slowMs, report }: StartProgressOptions): StartProgress {
  let isSlow = false;
  let current: string | null = null;
  const cancel = after(slowMs, () => {
    isSlow = true;
    if (current !== null) report(current);
  });
  return {
    async during(step, work) {
      current = step;
      if (isSlow) report(step);
      try {
        return await work;
      } finally {
        current = null;
      }
    },
    end: cancel,
  };
}
