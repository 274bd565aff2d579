/**
 * Returns a function that maps values to positions on a logarithmic axis.
 * @param {number} from smallest value
 * @param {number} to largest value
 * @param {number} start position of the smallest value
 * @param {number} end position of the largest value
 */
export function logScale(from, to, start, end) {
  const span = Math.log(to) - Math.log(from);
  return (/** @type {number} */ value) => start + ((Math.log(value) - Math.log(from)) / span) * (end - start);
}

/**
 * Returns the ticks of a logarithmic axis: powers of ten, and also 2 and 5 times these if the range is short.
 * @param {number} from
 * @param {number} to
 */
export function logTicks(from, to) {
  const steps = to / from > 100 ? [1] : [1, 2, 5];
  const ticks = [];
  for (let power = 10 ** Math.floor(Math.log10(from)); power <= to; power *= 10) {
    ticks.push(...steps.map((step) => step * power).filter((tick) => tick >= from && tick <= to));
  }
  return ticks;
}

/**
 * Rounds up to 1, 2, 5 or 10 times a power of ten.
 * @param {number} value
 */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((tick) => tick >= value) ?? value;
}

/**
 * Rounds down to 1, 2 or 5 times a power of ten.
 * @param {number} value
 */
export function roundDown(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].map((step) => step * power).find((tick) => tick <= value) ?? value;
}
