import { createDeferred, type Deferred } from '../../domain/deferred.ts';
import { runExclusively } from '../../domain/shared-locks.ts';
import type { ReportStore } from '../store/store.ts';
import { createFleetDriver, type DriveFleetOptions, type FleetDriver } from './drive-fleet.ts';

export interface StartFleetsOptions extends Omit<DriveFleetOptions, 'signal' | 'onSent' | 'store'> {
  readonly store: DriveFleetOptions['store'] & Pick<ReportStore, 'locks'>;
  readonly after: (milliseconds: number, work: () => void) => () => void;
}

export interface Fleets {
  /** Sends nothing more. Resolves when no request is on its way, and everything about those is stored. */
  close(): Promise<void>;
}

/** How often this server looks whether there is something to do, or whether the one that does it has ended. */
const LOOK_EVERY_MS = 10_000;

/** Drives the open fleet reports until they are closed. Of servers that share a database, one does. */
export function startFleets(options: StartFleetsOptions): Fleets {
  const { store, after, onFailure } = options;
  const closing = new AbortController();
  const drivers = new Map<string, FleetDriver>();
  let bell: Deferred<undefined> = createDeferred();
  const ring = (): void => bell.resolve(undefined);
  const pause = async (milliseconds: number): Promise<void> => {
    const cancel = after(milliseconds, ring);
    await bell.promise;
    cancel();
    bell = createDeferred();
  };
  const stepAll = async (): Promise<number> => {
    const ids = await store.fleets.openIds();
    for (const id of drivers.keys()) if (!ids.includes(id)) drivers.delete(id);
    let nextMs = LOOK_EVERY_MS;
    for (const id of ids) {
      const driver = drivers.get(id) ?? createFleetDriver(id, { ...options, signal: closing.signal, onSent: ring });
      drivers.set(id, driver);
      nextMs = Math.min(nextMs, (await driver.step()) ?? LOOK_EVERY_MS);
      if (closing.signal.aborted) return 0;
    }
    return ids.length === 0 ? Infinity : nextMs;
  };
  /** Holds the lock as long as there are open reports. */
  const driveAll = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const nextMs = await stepAll();
      if (nextMs === Infinity) return;
      await pause(nextMs);
    }
  };
  const reportFailure = (error: unknown): void => {
    if (!closing.signal.aborted) onFailure(error);
  };
  const isClosing = (): boolean => closing.signal.aborted;
  const drive = async (): Promise<void> => {
    while (!isClosing()) {
      await runExclusively(store.locks, 'fleet reports', driveAll).catch(reportFailure);
      await pause(isClosing() ? 0 : LOOK_EVERY_MS);
    }
  };

  const unsubscribe = store.fleets.onOpened(ring);
  const driving = drive();
  return {
    async close() {
      closing.abort();
      unsubscribe();
      ring();
      await driving;
      await Promise.all([...drivers.values()].map((driver) => driver.settle()));
    },
  };
}
