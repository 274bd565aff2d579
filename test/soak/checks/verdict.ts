import type { Outcome } from '../load/outcome.ts';
import { findGrowth } from './growth.ts';
import type { RunRecord } from './run-record.ts';

const MEBIBYTE = 2 ** 20;
const MAX_PEAK_BYTES = 1_024 * MEBIBYTE;
/** The platform locks the user at five. */
const MAX_FAILED_LOGINS = 2;
const EXAMPLES = 3;

/** Describes every way in which a run failed; empty if it passed. */
export function findFailures(record: RunRecord): string[] {
  const { before, during, after, recovery, fault, signIns } = record;
  return [
    ...(record.crash === null ? [] : [`the server crashed: ${record.crash}`]),
    ...(record.ending === 'exit code 0' ? [] : [`the server did not stop cleanly: ${record.ending}`]),
    ...describeOutcomes(
      'not right before the fault',
      before.filter(({ verdict }) => verdict !== 'right'),
    ),
    ...describeOutcomes(
      'wrong',
      [...during, ...after].filter(({ verdict }) => verdict === 'wrong'),
    ),
    ...describeOutcomes(
      `without a response within ${record.limits.readMs / 1_000} s (a mutation: ${record.limits.mutationMs / 1_000} s)`,
      [...during, ...after].filter(({ verdict }) => verdict === 'hang'),
    ),
    ...describeOutcomes(
      'failed with a code that does not belong to this fault',
      [...during, ...after].filter((outcome) => isMisplaced(outcome, record)),
    ),
    ...(recovery.afterSeconds !== null && recovery.afterSeconds <= fault.recoverySeconds
      ? []
      : [
          `recovery: ${recovery.afterSeconds === null ? 'never' : `after ${recovery.afterSeconds} s`}, limit ${fault.recoverySeconds} s`,
        ]),
    ...describeOutcomes('not right after the recovery', recovery.relapses),
    ...findGrowth(record.takenBefore, record.takenAfter, fault),
    ...(record.peakBytes > MAX_PEAK_BYTES ? [`memory peaked at ${Math.round(record.peakBytes / MEBIBYTE)} MiB`] : []),
    ...(signIns.logins > record.maxLogins ? [`${signIns.logins} logins, limit ${record.maxLogins}`] : []),
    ...(signIns.maxFailedLogins > MAX_FAILED_LOGINS || signIns.locked
      ? [`${signIns.maxFailedLogins} failed logins in a row`]
      : []),
    ...(record.callbacks.pending > 0 ? [`${record.callbacks.pending} messages were not accepted`] : []),
    ...(record.callbacks.lost > 0 ? [`${record.callbacks.lost} messages were lost after all retries`] : []),
    ...(record.accepted === 0 ? ['no report was accepted'] : []),
    ...record.lost.slice(0, EXAMPLES),
    ...(record.lost.length > EXAMPLES
      ? [`… ${record.lost.length} accepted reports in total are incomplete or wrong`]
      : []),
    ...record.found,
  ];
}

/** Returns whether the operation failed although the fault does not affect it, or with a code that does not belong to the fault. */
function isMisplaced({ operation, verdict, codes }: Outcome, { fault, needs }: RunRecord): boolean {
  if (verdict !== 'error' && verdict !== 'partly') return false;
  const isHit = (needs.get(operation) ?? []).some((need) => fault.hits.includes(need));
  return !isHit || codes.length === 0 || codes.some((code) => !fault.codes.includes(code));
}

function describeOutcomes(what: string, outcomes: readonly Outcome[]): string[] {
  if (outcomes.length === 0) return [];
  const examples = new Set(
    outcomes.map(
      ({ operation, codes, detail }) => `${operation}: ${detail ?? ''}${codes.length > 0 ? ` [${codes.join()}]` : ''}`,
    ),
  );
  return [`${outcomes.length} ${what}, such as ${[...examples].slice(0, EXAMPLES).join('; ')}`];
}
