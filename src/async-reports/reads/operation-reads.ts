import { takeRead, type ReadBudget } from '../../domain/read-budget.ts';
import { waitFor } from '../../domain/wait-for.ts';
import { createCoalescedReads } from './coalesced-reads.ts';
import type { ReadQueue } from './read-queue.ts';
import type { ReportReads } from './report-reads.ts';

/** Who reads, and until when. */
export interface Reader {
  /** Takes turns with other principals. */
  readonly principal: string;
  /** Aborts when nobody waits for the reads any more. Created at the first read. */
  readonly signal: () => AbortSignal;
}

/** Opens reads that are coalesced. Those of operations and events have a budget: they also reject with BUDGET_EXCEEDED. */
export interface OperationReads {
  forOperation(reader: Reader): ReportReads;
  /** For all watchers of one state of a report. They pay for it as they read through `forEvent`. */
  forWatchers(reader: Reader): ReportReads;
  /** For one event of a subscription, which may read as much as an operation. */
  forEvent(ofWatchers: ReportReads, reader: Pick<Reader, 'signal'>): ReportReads;
}

export interface OperationReadsOptions {
  readonly source: ReportReads;
  readonly queue: ReadQueue;
  /** MAX_STORE_READS. */
  readonly maxReads: number;
}

export function createOperationReads({ source, queue, maxReads }: OperationReadsOptions): OperationReads {
  const toBudget = (): ReadBudget => ({ limit: maxReads, readsMade: 0 });
  return {
    forOperation({ principal, signal }) {
      const budget = toBudget();
      return createCoalescedReads(source, async (toSize, read) =>
        queue.run(principal, signal(), () => {
          takeRead(budget, toSize());
          return read();
        }),
      );
    },
    forWatchers: ({ principal, signal }) =>
      createCoalescedReads(source, (_, read) => queue.run(principal, signal(), read)),
    forEvent(ofWatchers, { signal }) {
      const budget = toBudget();
      return createCoalescedReads(ofWatchers, async (toSize, read) => {
        signal().throwIfAborted();
        takeRead(budget, toSize());
        return waitFor(read(), signal());
      });
    },
  };
}
