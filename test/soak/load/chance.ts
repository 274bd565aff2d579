import { createRandom } from '../../../src/simulator/random.ts';
import type { AskedWindow, Oracle } from '../oracle.ts';

/** Draws what operations request: different each time, but the same in every run. */
export interface Chance {
  integer(lowest: number, highest: number): number;
  pick<Item>(items: readonly Item[]): Item | undefined;
  /** This many different devices of any kind. */
  imeis(count: number): string[];
  /** A window that ended over two days ago. Rarely the same twice, because cached usage would hide the fault. */
  settledWindow(): AskedWindow;
  /** This many different cameras: the few devices whose usage changes every second. */
  cameras(count: number): string[];
  /** A window that ends with the current day. */
  movingWindow(): AskedWindow;
}

const DAY_MS = 86_400_000;

export function createChance(devices: Oracle['devices'], seed: number): Chance {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[random.integer(0, items.length - 1)];
  return {
    integer: random.integer,
    pick,
    imeis(count) {
      const drawn = new Set<string>();
      while (drawn.size < count) drawn.add(pick(devices)?.imei ?? '');
      return [...drawn];
    },
    settledWindow() {
      const endMs = Date.now() - 3 * DAY_MS - random.integer(0, 60 * DAY_MS);
      const startMs = endMs - random.integer(DAY_MS, 14 * DAY_MS);
      return { startDate: new Date(startMs).toISOString(), endDate: new Date(endMs).toISOString() };
    },
    cameras(count) {
      const drawn = new Set<string>();
      while (drawn.size < count) drawn.add(pick(devices.filter(({ kind }) => kind === 'camera'))?.imei ?? '');
      return [...drawn];
    },
    movingWindow() {
      const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
      return { startDate: day(Date.now() - DAY_MS), endDate: day(Date.now()) };
    },
  };
}
