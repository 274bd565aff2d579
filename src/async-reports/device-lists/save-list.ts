import { untilNextTurn } from '../../turns/next-turn.ts';
import { DEVICES_PER_PART, MAX_FLEET_DEVICES } from '../fleet.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { ParsedList } from './parse-list.ts';

export interface SaveListOptions {
  readonly store: Pick<FleetStore, 'savePart' | 'finishList' | 'removeUpload'>;
  readonly id: string;
  readonly list: ParsedList;
  /** A new id: two uploads of one list are apart until one of them is finished. */
  readonly upload: string;
  readonly expiresAtMs: number;
}

/** What was stored. */
export interface SavedList {
  readonly devices: number;
  readonly duplicates: number;
}

/** Stores the devices of a list, part by part. Returns why it could not, and leaves nothing behind then. */
export async function saveList(
  options: SaveListOptions,
): Promise<SavedList | 'no-devices' | 'too-many-devices' | 'not-open'> {
  const { store, id, list, upload, expiresAtMs } = options;
  if (list.count === 0) return 'no-devices';
  const chunks = list.imeis.toChunks(DEVICES_PER_PART);
  let devices = 0;
  try {
    for (let part = 1; ; part += 1) {
      const next = chunks.next();
      if (next.done === true) break;
      devices += next.value.length;
      if (devices > MAX_FLEET_DEVICES) {
        await store.removeUpload(upload);
        return 'too-many-devices';
      }
      await store.savePart(upload, part, next.value.join('\n'), next.value.length);
      await untilNextTurn();
    }
    if (await store.finishList(id, upload, devices, expiresAtMs)) return { devices, duplicates: list.count - devices };
  } catch (error) {
    // What cannot be removed now goes with the retention.
    await store.removeUpload(upload).catch(() => null);
    throw error;
  }
  await store.removeUpload(upload);
  return 'not-open';
}
