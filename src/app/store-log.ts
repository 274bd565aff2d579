import type { StoreError } from '../async-reports/store/store-error.ts';
import type { Clock } from '../domain/clock.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import type { Log } from '../log.ts';

export interface StoreLogOptions {
  readonly log: Log;
  readonly monotonic: Clock['monotonic'];
  readonly newId: () => string;
}

/** Reports a store that fails: at most one line a minute for each cause, and one when it works again. */
export interface StoreLog {
  /**
   * Logs the failure, unless the same cause was logged within a minute. Returns the id of its line, which may be shown to anyone. `part` is
   * set if no caller waited for it.
   */
  readonly failed: (error: StoreError, part?: string) => string;
  /** Call it when the database has done what it was asked for. */
  readonly worked: (kind: 'read' | 'write') => void;
}

interface LoggedFailure {
  readonly errorId: string;
  readonly atMs: number;
}

/** Driver codes are a closed family, but nobody here has the list. */
const MAX_CAUSES = 100;

/** Creates the log. While the database is away there is one cause, whatever its drivers report. */
export function createStoreLog({ log, monotonic, newId }: StoreLogOptions): StoreLog {
  const logged = new Map<string, LoggedFailure>();
  /** Since when it is known to fail, by a line that says so; null if it works as far as the log tells. */
  let failing: { readonly sinceMs: number; readonly canRead: boolean } | null = null;

  const write = (error: StoreError, cause: string, part: string | undefined): string => {
    const { code, driverCode } = error;
    const errorId = newId();
    const atMs = monotonic();
    if (logged.size >= MAX_CAUSES) logged.clear();
    logged.set(cause, { errorId, atMs });
    if (isOutage(error)) failing ??= { sinceMs: atMs, canRead: code === 'FULL' || driverCode === 'MOVED' };
    if (part === undefined) log.error({ code, driverCode, errorId }, FAILED);
    else log.warn({ part, code, driverCode, errorId }, INTERRUPTED);
    return errorId;
  };

  return {
    failed(error, part) {
      const cause = isOutage(error) ? 'outage' : `${error.code} ${error.driverCode ?? ''}`;
      const known = logged.get(cause);
      if (known !== undefined && monotonic() - known.atMs < MINUTE_MS) return known.errorId;
      return write(error, cause, part);
    },
    worked(kind) {
      // A full disk can still be read, and a file that was moved away while it is open.
      if (failing === null || (failing.canRead && kind === 'read')) return;
      const seconds = Math.round((monotonic() - failing.sinceMs) / 1_000);
      failing = null;
      log.info({ seconds }, 'the store of asynchronous reports works again');
    },
  };
}

const INTERRUPTED = 'a part of the store was interrupted';
const FAILED = 'the store of asynchronous reports failed; further failures within a minute have no lines of their own';

function isOutage({ code }: StoreError): boolean {
  return code === 'UNAVAILABLE' || code === 'FULL';
}
