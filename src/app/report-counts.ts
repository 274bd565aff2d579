import type { ReportStore, StatusCounts } from '../async-reports/store/store.ts';
import type { Clock } from '../domain/clock.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import type { ReportCounts } from '../telemetry/server-metrics.ts';

export interface ReportCountsOptions {
  readonly countByStatus: ReportStore['countByStatus'];
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
  /** CALLBACK_DEADLINE_HOURS: an older report cannot change any more, or only if its messages come very late. */
  readonly deadlineMs: number;
}

/** Whoever reads the metrics does not wait longer for the database. */
const MAX_WAIT_MS = 1_000;

/** Creates the function that counts the reports of the database, at most once a minute. It returns null if the counts are not known. */
export function createReportCounts(options: ReportCountsOptions): () => Promise<ReportCounts | null> {
  const { countByStatus, clock, deadlineMs } = options;
  let counted: StatusCounts | null = null;
  let startedAtMs = -Infinity;
  let counting: Promise<void> = Promise.resolve();
  const count = async (): Promise<void> => {
    counted = await countByStatus(clock.now() - 2 * deadlineMs).catch(() => null);
  };
  return async () => {
    if (clock.monotonic() - startedAtMs >= MINUTE_MS) {
      startedAtMs = clock.monotonic();
      counting = count();
    }
    await within(clock.after, counting);
    if (counted === null) return null;
    const { counts, oldestOpenMs } = counted;
    return { counts, oldestOpenAgeMs: oldestOpenMs === null ? 0 : Math.max(0, clock.now() - oldestOpenMs) };
  };
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
