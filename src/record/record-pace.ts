import type { KeyValueStore } from '../domain/key-values.ts';

/** Spreads calls evenly over time, also those of processes that record one after the other. Both functions reject with StoreError. */
export interface RecordPace {
  /** The time between two calls. */
  readonly pauseMs: number;
  mayCall(): Promise<boolean>;
  /** Counts calls that were made: the next one waits for as many pauses. */
  add(calls: number): Promise<void>;
}

export interface RecordPaceOptions {
  readonly keyValues: KeyValueStore;
  /** 0 for no limit. */
  readonly pauseMs: number;
  /** Returns the time in epoch milliseconds. */
  readonly now: () => number;
}

const KEY = 'record pace';

/** Creates the pace of recording. When the next call may be made is stored. */
export function createRecordPace({ keyValues, pauseMs, now }: RecordPaceOptions): RecordPace {
  const readNextMs = (json: string | null): number => {
    const stored: unknown = json === null ? null : JSON.parse(json);
    // A clock that was set back must not stop it for long.
    return typeof stored === 'number' ? Math.min(stored, now() + MAX_PAUSES * pauseMs) : 0;
  };
  return {
    pauseMs,
    mayCall: async () => pauseMs === 0 || readNextMs(await keyValues.get(KEY)) <= now(),
    async add(calls) {
      if (pauseMs === 0 || calls === 0) return;
      for (;;) {
        const before = await keyValues.get(KEY);
        const nextMs = Math.max(now(), readNextMs(before)) + calls * pauseMs;
        if (await keyValues.compareAndSet(KEY, before, JSON.stringify(nextMs))) return;
      }
    },
  };
}

/** As many calls can be made for one day. */
const MAX_PAUSES = 200;
