import type { RunRecord } from '../checks/run-record.ts';
import type { Outcome } from '../load/outcome.ts';

/** One row of the tables. */
export interface Summary {
  readonly name: string;
  readonly title: string;
  readonly operations: number;
  /** Percent of the operations during the fault: right, right except for some devices, failed. */
  readonly right: number;
  readonly partly: number;
  readonly failed: number;
  /** Number of right or partly right responses with the warning STALE_FIGURES. */
  readonly stale: number;
  /** How often each error code occurred during the fault. */
  readonly codes: Readonly<Record<string, number>>;
  /** The longest response time during the fault. */
  readonly maxMs: number;
  readonly recoverySeconds: number | null;
  readonly recoveryLimitSeconds: number;
  readonly heapMiB: readonly [number, number];
  readonly rssMiB: readonly [number, number];
  readonly peakMiB: number;
  readonly handles: readonly [number, number];
  readonly logins: number;
  readonly reports: number;
  /** Accepted reports that were not complete and right in the end. */
  readonly lostReports: number;
  readonly failures: readonly string[];
}

export function toSummary(record: RunRecord, failures: readonly string[]): Summary {
  const { fault, during, answerTimes, recovery, takenBefore, takenAfter } = record;
  const beganAtMs = Math.min(...during.map((outcome) => outcome.startedAtMs));
  const endedAtMs = Math.max(...during.map((outcome) => outcome.startedAtMs));
  const times = answerTimes.filter((time) => time.startedAtMs >= beganAtMs && time.startedAtMs <= endedAtMs);
  return {
    name: fault.name,
    title: fault.title,
    operations: during.length,
    right: toPercent(during, ['right']),
    partly: toPercent(during, ['partly']),
    failed: toPercent(during, ['error', 'wrong', 'hang']),
    stale: during.filter(({ isStale }) => isStale === true).length,
    codes: countCodes(during),
    maxMs: Math.round(Math.max(0, ...times.map(({ tookMs }) => tookMs))),
    recoverySeconds: recovery.afterSeconds,
    recoveryLimitSeconds: fault.recoverySeconds,
    heapMiB: [toMiB(takenBefore.heapBytes), toMiB(takenAfter.heapBytes)],
    rssMiB: [toMiB(takenBefore.rssBytes), toMiB(takenAfter.rssBytes)],
    peakMiB: toMiB(record.peakBytes),
    handles: [takenBefore.handles, takenAfter.handles],
    logins: record.signIns.logins,
    reports: record.accepted,
    lostReports: record.lost.length,
    failures,
  };
}

function toPercent(outcomes: readonly Outcome[], verdicts: readonly Outcome['verdict'][]): number {
  const share = outcomes.filter(({ verdict }) => verdicts.includes(verdict)).length / Math.max(1, outcomes.length);
  return Math.round(share * 1_000) / 10;
}

function countCodes(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { codes } of outcomes) for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function toMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
