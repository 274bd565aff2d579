import { createRandom } from '../../../src/simulator/random.ts';

/** Draws what a composition consists of. Equal seeds draw the same. */
export interface Choice {
  integer(lowest: number, highest: number): number;
  chance(probability: number): boolean;
  /** One of the items. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** A number from 1 to `highest`; the small ones and the highest are likely. */
  count(highest: number): number;
  /** Letters: exactly this many. */
  text(length: number): string;
}

export function createChoice(seed: number): Choice {
  const { integer, chance } = createRandom(seed);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[integer(0, items.length - 1)] ?? items[0];
  return {
    integer,
    chance,
    pick,
    count: (highest) => pick([1, Math.min(highest, integer(1, 12)), integer(1, highest), highest]),
    text: (length) => 'abcdefghij'.charAt(integer(0, 9)).repeat(length),
  };
}
