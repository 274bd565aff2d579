import { hash } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import type { CallPace, SharedLimits } from '../../domain/shared-limits.ts';

/** The pace of the calls of one set of credentials, for all servers that share a database. */
export interface SharedPace {
  /**
   * Reserves calls of an account, and returns in how many milliseconds each of them may leave. If the database does not answer in time, all
   * of them may leave at once: then this server alone keeps the pace. Never rejects.
   */
  reserve(accountNumber: string, count: number, pace: CallPace): Promise<readonly number[]>;
  /** Tells the other servers that no call of the account may leave for this long. */
  pause(accountNumber: string, milliseconds: number): void;
  /** Calls the listener with each account that another server has paused, and with the milliseconds that are left. */
  onPause(listener: (accountNumber: string, milliseconds: number) => void): void;
}

export interface SharedPaceOptions {
  readonly limits: SharedLimits;
  readonly baseUrl: string;
  readonly username: string;
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
}

/** A call waits no longer for the database. */
const MAX_RESERVE_MS = 1_500;
/** After a failure, the database is not asked for this long. */
const REST_MS = 2_000;

/** Creates the pace. What it stores is under the address of the platform and the user, because that is whose rate is limited. */
export function createSharedPace({ limits, baseUrl, username, clock }: SharedPaceOptions): SharedPace {
  const prefix = `${hash('sha256', JSON.stringify([baseUrl, username]), 'base64url')} `;
  let restsUntilMs = -Infinity;

  const within = (work: Promise<readonly number[]>): Promise<readonly number[] | null> =>
    new Promise((resolve) => {
      const cancel = clock.after(MAX_RESERVE_MS, () => resolve(null));
      const end = (waits: readonly number[] | null): void => {
        cancel();
        resolve(waits);
      };
      work.then(end, () => end(null));
    });

  return {
    async reserve(accountNumber, count, pace) {
      const atOnce = Array.from({ length: count }, () => 0);
      if (clock.monotonic() < restsUntilMs) return atOnce;
      const waits = await within(limits.reserveCalls(`${prefix}${accountNumber}`, count, pace));
      if (waits === null) restsUntilMs = clock.monotonic() + REST_MS;
      return waits ?? atOnce;
    },
    pause: (accountNumber, milliseconds) =>
      void limits.pauseCalls(`${prefix}${accountNumber}`, milliseconds).catch(() => undefined),
    onPause(listener) {
      const read = async (): Promise<void> => {
        const pauses = await limits.readPauses(prefix).catch(() => new Map<string, number>());
        for (const [key, leftMs] of pauses) listener(key.slice(prefix.length), leftMs);
      };
      limits.onPause(() => void read());
      void read();
    },
  };
}
