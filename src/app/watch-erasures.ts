import type { ReportStore } from '../async-reports/store/store.ts';
import type { Clock } from '../domain/clock.ts';

export interface WatchErasuresOptions {
  readonly store: Pick<ReportStore, 'lastErasure' | 'onErasure'>;
  readonly after: Clock['after'];
  /** Called after each erasure of a device by any process. */
  readonly onErased: () => void;
}

const RETRY_MS = 1_000;

/** Watches for erasures. Returns the function that stops it. Rejects with StoreError. */
export async function watchErasures({ store, after, onErased }: WatchErasuresOptions): Promise<() => void> {
  let seen = await store.lastErasure();
  let cancel = (): void => undefined;
  // Notifications may be of anything that could have been missed, so only a new text is an erasure.
  const check = (): void => {
    cancel();
    store.lastErasure().then(
      (last) => {
        if (last === seen) return;
        seen = last;
        onErased();
      },
      () => (cancel = after(RETRY_MS, check)),
    );
  };
  const unsubscribe = store.onErasure(check);
  return () => {
    unsubscribe();
    cancel();
  };
}
