import { isImei } from '../../domain/imei.ts';
import type { ReceivedMessage } from '../async-report.ts';
import { toSentParts, type Fleet, type SentPart } from '../fleet.ts';
import type { ReportStore } from '../store/store.ts';

export interface MergeRepeatsOptions {
  readonly store: Pick<ReportStore, 'results' | 'recordMessages' | 'fleets'>;
  readonly now: () => number;
}

/**
 * Copies what arrived for devices that were requested again to the parts that they belong to, as if its messages were about those. It can
 * be done twice, and messages for either request can come late: each device is in one part, and there by the rules of any message.
 */
export async function mergeRepeats({ id, parts, repeated }: Fleet, options: MergeRepeatsOptions): Promise<void> {
  const { store, now } = options;
  for (const { part, mergedRevision, report } of toSentParts(repeated)) {
    if (report.revision === mergedRevision || report.receivedDevices + report.failedDevices === 0) continue;
    for await (const results of store.results(report.txid, true)) {
      const messages = results.flatMap((result): ReceivedMessage | readonly [] => {
        const txid = result.imei === null ? undefined : findPart(parts, result.imei)?.report.txid;
        return txid === undefined ? [] : { ...result, txid, receivedAtMs: now() };
      });
      await store.recordMessages(messages, 'unlimited');
    }
    await store.fleets.noteMerged(id, part, report.revision);
  }
}

/** The part that a device belongs to: the last one that begins before it. */
function findPart(parts: Fleet['parts'], imei: string): SentPart | undefined {
  return isImei(imei) ? toSentParts(parts).findLast(({ firstImei }) => firstImei <= imei) : undefined;
}
