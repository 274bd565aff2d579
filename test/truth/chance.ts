/** Draws from a seed. The same seed draws the same. */
export interface Chance {
  /** A whole number from `lowest` to `highest`. */
  integer(lowest: number, highest: number): number;
  /** True in this share of draws. */
  happens(share: number): boolean;
  /** One of the items. Throws if there is none. */
  pick<Item>(items: readonly Item[]): Item;
  /** This many of the items, or all, in any order. */
  some<Item>(items: readonly Item[], count: number): Item[];
  shuffle<Item>(items: readonly Item[]): Item[];
}

/** Creates a Chance from a 32-bit seed (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (lowest: number, highest: number): number => lowest + Math.floor(next() * (highest - lowest + 1));
  const shuffle = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => ({ item, at: next() }))
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item);
  return {
    integer,
    happens: (share) => next() < share,
    pick(items) {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new Error('there is nothing to pick from');
      return item;
    },
    some: (items, count) => shuffle(items).slice(0, count),
    shuffle,
  };
}

/** A number that depends only on the text (FNV-1a), for choices that must be the same each time they are made. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
