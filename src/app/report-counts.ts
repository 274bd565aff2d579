import type { FleetStatus } from '../async-reports/fleet.ts';
import type { ReportStore, StatusCounts } from '../async-reports/store/store.ts';
import type { Clock } from '../domain/clock.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import type { ReportCounts } from '../telemetry/server-metrics.ts';

export interface ReportCountsOptions {
  readonly store: Pick<ReportStore, 'countByStatus' | 'fleets'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
  /** CALLBACK_DEADLINE_HOURS: an older report cannot change any more, or only if its messages come very late. */
  readonly deadlineMs: number;
}

/** Whoever reads the metrics does not wait longer for the database. */
const MAX_WAIT_MS = 1_000;

/** Creates the function that counts the reports of the database, at most once a minute. It returns null if the counts are not known. */
export function createReportCounts(options: ReportCountsOptions): () => Promise<ReportCounts | null> {
  const { store, clock, deadlineMs } = options;
  let counted: AllCounts | null = null;
  let startedAtMs = -Infinity;
  let counting: Promise<void> = Promise.resolve();
  const count = async (): Promise<void> => {
    const sinceMs = clock.now() - 2 * deadlineMs;
    counted = await Promise.all([store.countByStatus(sinceMs), store.fleets.countByStatus(sinceMs)]).then(
      ([reports, fleetCounts]) => ({ ...reports, fleetCounts }),
      () => null,
    );
  };
  return async () => {
    if (clock.monotonic() - startedAtMs >= MINUTE_MS) {
      startedAtMs = clock.monotonic();
      counting = count();
    }
    await within(clock.after, counting);
    if (counted === null) return null;
    const { counts, fleetCounts, oldestOpenMs } = counted;
    return {
      counts,
      fleetCounts,
      oldestOpenAgeMs: oldestOpenMs === null ? 0 : Math.max(0, clock.now() - oldestOpenMs),
    };
  };
}

interface AllCounts extends StatusCounts {
  readonly fleetCounts: Readonly<Record<FleetStatus, number>>;
}

function within(after: Clock['after'], work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(MAX_WAIT_MS, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}
