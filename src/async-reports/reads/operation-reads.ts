import { takeRead, type ReadBudget } from '../../domain/read-budget.ts';
import { createCoalescedReads } from './coalesced-reads.ts';
import type { ReadQueue } from './read-queue.ts';
import type { ReportReads } from './report-reads.ts';
import { recordReads } from './recorded-reads.ts';
import { createSharedReads, type Reader, type StateReads } from './shared-reads.ts';

/** Opens reads that are coalesced. Those of operations and events have a budget: they also reject with BUDGET_EXCEEDED. */
export interface OperationReads {
  forOperation(reader: Reader): ReportReads;
  /** For a new state of a report. Its watchers share them, and pay for them as they read through `forEvent`. */
  forState(): StateReads;
  /** For one event of a subscription, which may read as much as an operation. */
  forEvent(ofState: StateReads, reader: Reader): ReportReads;
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
    forOperation({ principal, signal, trace }) {
      const budget = toBudget();
      return createCoalescedReads(recordReads(source, trace), async (toSize, read) =>
        queue.run(principal, signal(), () => {
          takeRead(budget, toSize());
          return read();
        }),
      );
    },
    forState: createSharedReads(source, queue),
    forEvent(ofState, reader) {
      const budget = toBudget();
      return createCoalescedReads(recordReads(ofState(reader), reader.trace), async (toSize, read) => {
        reader.signal().throwIfAborted();
        takeRead(budget, toSize());
        return read();
      });
    },
  };
}
