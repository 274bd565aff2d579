import type { Fault } from '../faults/fault.ts';
import type { AnswerLimits, AnswerTime } from '../load/client.ts';
import type { Need } from '../load/operations/operation.ts';
import type { Outcome } from '../load/outcome.ts';
import type { Callbacks, SignIns } from '../world/simulator.ts';
import type { Recovery } from './recovery.ts';

/** What a process took at a moment without load. */
export interface Taken {
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly handles: number;
}

/** All that was seen of one fault. */
export interface RunRecord {
  readonly fault: Pick<Fault, 'name' | 'title' | 'hits' | 'codes' | 'recoverySeconds' | 'keptRssMiB'>;
  readonly seconds: number;
  /** How long a caller waits for an answer at most. */
  readonly limits: AnswerLimits;
  /** What each operation needs, by its name. */
  readonly needs: ReadonlyMap<string, readonly Need[]>;
  /** By when they began: before the fault, while it lasted, and after its end. */
  readonly before: readonly Outcome[];
  readonly during: readonly Outcome[];
  readonly after: readonly Outcome[];
  readonly answerTimes: readonly AnswerTime[];
  readonly recovery: Recovery;
  readonly takenBefore: Taken;
  readonly takenAfter: Taken;
  readonly peakBytes: number;
  readonly signIns: SignIns;
  readonly maxLogins: number;
  readonly callbacks: Callbacks;
  readonly accepted: number;
  /** What is wrong with accepted reports after all their messages came. */
  readonly lost: readonly string[];
  /** What the fault's own check found. */
  readonly found: readonly string[];
  /** How the server ended when it was asked to; anything before is a crash. */
  readonly crash: string | null;
  readonly ending: string;
}
