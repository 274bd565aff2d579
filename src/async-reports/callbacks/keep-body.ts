import type { CallbackBody } from '../store/spool-file.ts';
import { StoreError } from '../store/store-error.ts';
import type { RecordBody } from './record-body.ts';
import type { Spool } from './spool.ts';

export interface KeepBodyOptions {
  readonly record: RecordBody;
  readonly spool: Pick<Spool, 'isStoreDown' | 'add'>;
  readonly after: (milliseconds: number, work: () => void) => () => void;
}

/** Resolves within four seconds when a body is safe: committed to the store, or on disk in the spool. Rejects with StoreError. */
export type KeepBody = (body: CallbackBody) => Promise<'stored' | 'spooled'>;

/** The platform waits for about four seconds. */
const MAX_STORE_MS = 2_000;
const MAX_MORE_MS = 1_500;

/** Creates the function that keeps bodies. While the store is down they go to the spool at once. */
export function createKeepBody({ record, spool, after }: KeepBodyOptions): KeepBody {
  /** Settles as `work` does, or rejects with UNAVAILABLE if that takes too long. */
  const within = (milliseconds: number, work: Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      const cancel = after(milliseconds, () => reject(new StoreError('UNAVAILABLE', 'TIMEOUT')));
      work.finally(cancel).then(resolve, reject);
    });

  return async (body) => {
    if (spool.isStoreDown()) {
      await spool.add(body);
      return 'spooled';
    }
    const recording = record(body);
    try {
      await within(MAX_STORE_MS, recording);
      return 'stored';
    } catch (error) {
      // The sender can try again later, when there is room. Nothing is wrong with the store.
      if (!(error instanceof StoreError) || error.code === 'UNKNOWN_FULL') throw error;
      return spool.add(body).then(
        (remove) => {
          void recording.then(remove, () => null);
          return 'spooled';
        },
        () => within(MAX_MORE_MS, recording).then(() => 'stored'),
      );
    }
  };
}
