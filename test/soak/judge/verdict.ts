import type { Outcome } from '../load/outcome.ts';
import { findGrowth } from './growth.ts';
import type { RunRecord } from './run-record.ts';

const MEBIBYTE = 2 ** 20;
const MAX_PEAK_BYTES = 1_024 * MEBIBYTE;
/** The user is locked at five. */
const MAX_FAILED_LOGINS = 2;
const EXAMPLES = 3;

/** Every way in which a run is not as it has to be, in words; none where all is well. */
export function findFailures(record: RunRecord): string[] {
  const { before, during, after, recovery, fault, signIns } = record;
  return [
    ...(record.crash === null ? [] : [`the server crashed: ${record.crash}`]),
    ...(record.ending === 'exit code 0' ? [] : [`asked to stop, it ended by ${record.ending}`]),
    ...notify(
      'not right before the fault',
      before.filter(({ verdict }) => verdict !== 'right'),
    ),
    ...notify(
      'wrong',
      [...during, ...after].filter(({ verdict }) => verdict === 'wrong'),
    ),
    ...notify(
      `not answered within ${record.limits.readMs / 1_000} s (a mutation ${record.limits.mutationMs / 1_000} s)`,
      [...during, ...after].filter(({ verdict }) => verdict === 'hang'),
    ),
    ...notify(
      'failed by a code that is not for this fault',
      [...during, ...after].filter((outcome) => isMisplaced(outcome, record)),
    ),
    ...(recovery.afterSeconds !== null && recovery.afterSeconds <= fault.recoverySeconds
      ? []
      : [
          `recovered ${recovery.afterSeconds === null ? 'never' : `after ${recovery.afterSeconds} s`}, not within ${fault.recoverySeconds} s`,
        ]),
    ...notify('not right after the recovery', recovery.relapses),
    ...findGrowth(record.takenBefore, record.takenAfter, fault),
    ...(record.peakBytes > MAX_PEAK_BYTES
      ? [`it took ${Math.round(record.peakBytes / MEBIBYTE)} MiB at its peak`]
      : []),
    ...(signIns.logins > record.maxLogins ? [`${signIns.logins} logins, at most ${record.maxLogins} are right`] : []),
    ...(signIns.maxFailedLogins > MAX_FAILED_LOGINS || signIns.locked
      ? [`${signIns.maxFailedLogins} failed logins in a row`]
      : []),
    ...(record.callbacks.pending > 0 ? [`${record.callbacks.pending} messages were not taken`] : []),
    ...(record.callbacks.lost > 0 ? [`${record.callbacks.lost} messages were given up`] : []),
    ...(record.accepted === 0 ? ['no report was accepted'] : []),
    ...record.lost.slice(0, EXAMPLES),
    ...(record.lost.length > EXAMPLES
      ? [`… ${record.lost.length} accepted reports in all are not as they should be`]
      : []),
    ...record.found,
  ];
}

/** A failure of what the fault does not touch, or by a code that does not belong to it. */
function isMisplaced({ operation, verdict, codes }: Outcome, { fault, needs }: RunRecord): boolean {
  if (verdict !== 'error' && verdict !== 'partly') return false;
  const isHit = (needs.get(operation) ?? []).some((need) => fault.hits.includes(need));
  return !isHit || codes.length === 0 || codes.some((code) => !fault.codes.includes(code));
}

function notify(what: string, outcomes: readonly Outcome[]): string[] {
  if (outcomes.length === 0) return [];
  const examples = new Set(
    outcomes.map(
      ({ operation, codes, detail }) => `${operation}: ${detail ?? ''}${codes.length > 0 ? ` [${codes.join()}]` : ''}`,
    ),
  );
  return [`${outcomes.length} ${what}, such as ${[...examples].slice(0, EXAMPLES).join('; ')}`];
}
