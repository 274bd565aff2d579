import type { Clock } from '../domain/clock.ts';
import type { SharedCallers } from '../domain/shared-limits.ts';

/** What callers have open at the other servers. */
export interface OpenElsewhere {
  /** How many this caller has open there, as far as is known. It does not wait for the database. */
  count(key: string): number;
  /** Call it whenever it has changed how many this caller has open here. */
  changed(key: string, open: number): void;
  close(): void;
}

export interface OpenElsewhereOptions {
  /** Null while there is no database that servers share. */
  readonly shared: () => SharedCallers | null;
  /** Identifies this server. */
  readonly server: string;
  readonly after: Clock['after'];
}

/** Nothing is open anywhere else. */
export const NOTHING_ELSEWHERE: OpenElsewhere = {
  count: () => 0,
  changed: () => undefined,
  close: () => undefined,
};

/** How soon a change is exchanged. Until then, a caller can have more open than the limit. */
const EXCHANGE_AFTER_MS = 200;
/** How often it is exchanged without a change, so that the others know that this server is alive, and this one what they have. */
const REPEAT_EVERY_MS = 3_000;
const MAX_CALLERS_AT_ONCE = 5_000;

/** Creates the exchange of what is open. While the database is not available, each server counts alone. */
export function createOpenElsewhere({ shared, server, after }: OpenElsewhereOptions): OpenElsewhere {
  const here = new Map<string, number>();
  const elsewhere = new Map<string, number>();
  const changes = new Map<string, number>();
  let planned: { readonly cancel: () => void; readonly isSoon: boolean } | null = null;
  let isClosed = false;

  const plan = (isSoon: boolean): void => {
    if (isClosed || (planned !== null && (planned.isSoon || !isSoon))) return;
    planned?.cancel();
    const cancel = after(isSoon ? EXCHANGE_AFTER_MS : REPEAT_EVERY_MS, () => void exchange());
    planned = { cancel, isSoon };
  };
  const exchange = async (): Promise<void> => {
    planned = null;
    const batch = new Map([...changes].slice(0, MAX_CALLERS_AT_ONCE));
    for (const key of batch.keys()) changes.delete(key);
    const callers = [...here.keys()].slice(0, MAX_CALLERS_AT_ONCE);
    try {
      const others = await shared()?.shareOpen(server, batch, callers);
      for (const key of callers) {
        const open = others?.get(key) ?? 0;
        if (open > 0 && here.has(key)) elsewhere.set(key, open);
        else elsewhere.delete(key);
      }
    } catch {
      elsewhere.clear();
      for (const key of batch.keys()) if (!changes.has(key)) changes.set(key, here.get(key) ?? 0);
    }
    if (here.size > 0 || changes.size > 0) plan(false);
  };

  return {
    count: (key) => elsewhere.get(key) ?? 0,
    changed(key, open) {
      if (open > 0) here.set(key, open);
      else {
        here.delete(key);
        elsewhere.delete(key);
      }
      if (shared() === null) return;
      changes.set(key, open);
      plan(true);
    },
    close() {
      isClosed = true;
      planned?.cancel();
    },
  };
}
