import type { Imei } from '../../domain/imei.ts';
import { DEVICES_PER_PART, isUnsent, toSentParts, type Fleet, type SentPart } from '../fleet.ts';
import type { ReportStore } from '../store/store.ts';

/** How often the devices of a report are requested again. */
const MAX_ROUNDS = 5;
/** Devices that are requested again at once. Others follow in the next round. */
const MAX_DEVICES_PER_ROUND = 200_000;

export interface RequestMissingOptions {
  readonly store: Pick<ReportStore, 'missing' | 'fleets'>;
  readonly now: () => number;
  /** How long nothing must have arrived. */
  readonly quietMs: number;
}

/**
 * Adds parts for devices whose messages were lost, if it is time for that. When it is, `toMissingAtMs` says; it returns null for a report
 * of which nothing more is to be requested again.
 */
export async function requestMissing(fleet: Fleet, options: RequestMissingOptions): Promise<void> {
  const { store, now, quietMs } = options;
  const atMs = toMissingAtMs(fleet, quietMs);
  if (atMs === null || atMs > now()) return;
  const chunks: Imei[][] = [];
  let devices = 0;
  for (const { report } of toIncomplete(fleet)) {
    if (devices >= MAX_DEVICES_PER_ROUND) break;
    const { rows } = await store.missing(report.txid, { first: DEVICES_PER_PART, after: null });
    for (const { node } of rows) {
      if (devices % DEVICES_PER_PART === 0) chunks.push([]);
      chunks.at(-1)?.push(node);
      devices += 1;
    }
  }
  if (devices > 0) await store.fleets.addRound(fleet.id, toRounds(fleet) + 1, chunks);
}

/** When devices of the report are to be requested again if nothing arrives until then; null if none are. */
export function toMissingAtMs(fleet: Fleet, quietMs: number): number | null {
  const { parts, repeated, cancelledAtMs } = fleet;
  if (cancelledAtMs !== null || [...parts, ...repeated].some(isUnsent) || toRounds(fleet) >= MAX_ROUNDS) return null;
  const waiting = [...toIncomplete(fleet), ...toSentParts(repeated)];
  if (toIncomplete(fleet).length === 0) return null;
  return Math.max(...waiting.map(({ report }) => report.updatedAtMs)) + quietMs;
}

/** The parts of which something has arrived, but not everything. What has sent nothing at all is not asked twice: it may be slow. */
function toIncomplete({ parts }: Fleet): SentPart[] {
  return toSentParts(parts).filter(({ report }) => report.status === 'RECEIVING' && report.missingDevices > 0);
}

function toRounds({ repeated }: Fleet): number {
  return Math.max(0, ...repeated.map(({ round }) => round));
}
