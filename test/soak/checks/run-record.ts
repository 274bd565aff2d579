import type { Fault } from '../faults/fault.ts';
import type { AnswerLimits, AnswerTime } from '../load/client.ts';
import type { Need } from '../load/operations/operation.ts';
import type { Outcome } from '../load/outcome.ts';
import type { Sample } from '../world/sampler.ts';
import type { Callbacks, SignIns } from '../world/simulator.ts';
import type { Recovery } from './recovery.ts';

/** What a process uses at a moment without load. */
export interface Taken {
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly handles: number;
}

/** Everything that was observed during the run of one fault. */
export interface RunRecord {
  readonly fault: Pick<Fault, 'name' | 'title' | 'hits' | 'codes' | 'recoverySeconds' | 'maxRssGrowthMiB'>;
  readonly seconds: number;
  /** How long a caller waits for a response. */
  readonly limits: AnswerLimits;
  /** What each operation needs, by operation name. */
  readonly needs: ReadonlyMap<string, readonly Need[]>;
  /** The operations that ended before the fault, overlapped with it, and started after it. */
  readonly before: readonly Outcome[];
  readonly during: readonly Outcome[];
  readonly after: readonly Outcome[];
  readonly answerTimes: readonly AnswerTime[];
  readonly recovery: Recovery;
  readonly takenBefore: Taken;
  readonly takenAfter: Taken;
  /** What the metrics said during the load; empty if they were not read. */
  readonly samples: readonly Sample[];
  readonly peakBytes: number;
  readonly signIns: SignIns;
  readonly maxLogins: number;
  readonly callbacks: Callbacks;
  readonly accepted: number;
  /** What is wrong with accepted reports after all their messages were sent. */
  readonly lost: readonly string[];
  /** What the fault's own check found. */
  readonly found: readonly string[];
  /** How a server ended that nobody had stopped; null if none did. */
  readonly crash: string | null;
  /** How the servers ended when they were stopped. */
  readonly ending: string;
}
