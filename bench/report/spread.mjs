import { median } from '../load/percentile.mjs';

/** @typedef {{ median: number, min: number, max: number }} Spread */

/** Fewer rounds show too little of how much a figure varies. */
export const enoughRounds = 5;

/**
 * Returns the median of the rounds, and the range that they span.
 * @param {number[]} rounds
 * @returns {Spread}
 */
export const spreadOf = (rounds) => ({ median: median(rounds), min: Math.min(...rounds), max: Math.max(...rounds) });

/**
 * Whether a ratio shows a difference. It does not if it is 1 in some round, or on different sides of 1 in different rounds.
 * @param {Spread} ratio
 */
export const isDifference = ({ min, max }) => max < 1 || min > 1;

/**
 * Whether a value keeps a bound.
 * @param {number} value
 * @param {import('../workloads/under-load.mjs').Bound} bound
 */
export const keeps = (value, { atMost = Infinity, below = Infinity, atLeast = -Infinity }) =>
  value <= atMost && value < below && value >= atLeast;

/**
 * Compares the median with a bound, and says so if some rounds are on the other side of it.
 * @param {Spread} spread
 * @param {import('../workloads/under-load.mjs').Bound} bound
 */
export function verdict({ median: middle, min, max }, bound) {
  const isMet = keeps(middle, bound);
  const inSomeRounds = keeps(min, bound) || keeps(max, bound);
  const inEachRound = keeps(min, bound) && keeps(max, bound);
  if (isMet) return inEachRound ? 'met' : 'met, but not in each round';
  return inSomeRounds ? 'missed, but not in each round' : 'missed';
}
