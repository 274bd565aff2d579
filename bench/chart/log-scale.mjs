/**
 * @param {number} from smallest value
 * @param {number} to largest value
 * @param {number} start where the smallest lies
 * @param {number} end where the largest lies
 */
export function logScale(from, to, start, end) {
  const span = Math.log(to) - Math.log(from);
  return (/** @type {number} */ value) => start + ((Math.log(value) - Math.log(from)) / span) * (end - start);
}

/**
 * The round values of a log axis: powers of ten, with twos and fives between them where the range is short.
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

/** @param {number} value the next of 1, 2, 5, 10, … not below it */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((tick) => tick >= value) ?? value;
}

/** @param {number} value the last of 1, 2, 5, 10, … not above it */
export function roundDown(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].map((step) => step * power).find((tick) => tick <= value) ?? value;
}
