import { MINUTE_MS } from '../../domain/durations.ts';
import { isUnsent, toSentParts, type Fleet, type FleetPart } from '../fleet.ts';

/** The parts that can still be sent: those of the list first. */
export function toUnsent({ parts, repeated }: Fleet): FleetPart[] {
  return [...parts, ...repeated].filter(isUnsent);
}

/** When the next request may leave: the time since the last one is at least that between two. */
export function toNextSendAtMs({ parts, repeated, partsPerMinute }: Fleet, nowMs: number): number {
  const gapMs = MINUTE_MS / partsPerMinute;
  const last = Math.max(-Infinity, ...[...parts, ...repeated].map(({ beganAtMs }) => beganAtMs ?? -Infinity));
  // If the clock was set back, a request waits no longer than usual.
  return Math.min(last, nowMs) + gapMs;
}

/** The failure of the report as a whole: a part was rejected before any was accepted, so the others would be as well. */
export function toWholeFailure({ parts }: Fleet): FleetPart['failure'] {
  const isAccepted = parts.some(({ report, stage }) => report !== null || stage === 'sending');
  return isAccepted ? null : (parts.find(({ failure }) => failure !== null)?.failure ?? null);
}

/** The parts that have ended, and whose totals are to be stored. */
export function toPartsWithoutTotals({ parts }: Fleet) {
  return toSentParts(parts).filter(
    ({ report, totals }) =>
      totals === null && report.receivedDevices > 0 && (report.status === 'COMPLETED' || report.status === 'EXPIRED'),
  );
}

/** Whether nothing is left to do: nothing will be sent, nothing is expected, and everything is merged and added up. */
export function isFinished(fleet: Fleet): boolean {
  const { parts, repeated } = fleet;
  if (toUnsent(fleet).length > 0 || toPartsWithoutTotals(fleet).length > 0) return false;
  const isOpen = ({ report }: FleetPart): boolean => report?.status === 'QUEUED' || report?.status === 'RECEIVING';
  if (parts.some(isOpen)) return false;
  const isWhole = parts.every(({ report }) => report?.status === 'COMPLETED');
  return isWhole || !repeated.some((part) => isOpen(part) || part.report?.revision !== part.mergedRevision);
}
