import { toFleetReport, toSentParts, type FleetReport } from '../fleet.ts';
import type { ReportStore } from '../store/store.ts';
import type { WatchOptions } from './watch.ts';

/** How fleet reports are found for their watchers, who hear of changes of their parts as well. */
export type FleetSource = Pick<WatchOptions<FleetReport>, 'find' | 'subscribe'>;

/** Creates the source. As parts are sent, it subscribes to the reports of those. */
export function createFleetSource(store: Pick<ReportStore, 'fleets' | 'subscribe'>): FleetSource {
  /** What to call with the transactions of a report, for each that is watched. */
  const following = new Map<string, Set<(txids: readonly string[]) => void>>();
  return {
    async find(id) {
      const fleet = await store.fleets.find(id);
      if (fleet === null) return null;
      const txids = toSentParts(fleet.parts).map(({ report }) => report.txid);
      for (const follow of following.get(id) ?? []) follow(txids);
      return toFleetReport(fleet);
    },
    subscribe(id, listener) {
      const ofParts = new Map<string, () => void>();
      const follow = (txids: readonly string[]): void => {
        for (const txid of txids) if (!ofParts.has(txid)) ofParts.set(txid, store.subscribe(txid, listener));
      };
      const all = following.get(id) ?? new Set();
      following.set(id, all.add(follow));
      const unsubscribe = store.fleets.subscribe(id, listener);
      return () => {
        unsubscribe();
        for (const stop of ofParts.values()) stop();
        all.delete(follow);
        if (all.size === 0) following.delete(id);
      };
    },
  };
}
