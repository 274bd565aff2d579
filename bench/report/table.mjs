import { enoughRounds, isDifference, verdict } from './spread.mjs';

/** @typedef {import('../workloads/under-load.mjs').Metric} Metric */
/** @typedef {import('./figures.mjs').Measured} Measured */
/** @typedef {import('./spread.mjs').Spread} Spread */

/** How to read the tables. */
export const legend =
  'Medians over the rounds. In parentheses: the ratio to the bare handler in the same round, with its lowest and highest value; ' +
  'in brackets: the lowest and highest value of a figure without a ratio. ≈: no difference, because some rounds say less and some more.';

/** @param {Measured} measured */
export function titleOf({ number, title, rounds }) {
  const count = rounds === 1 ? '1 round' : `${rounds} rounds`;
  return `${number}. ${title} (${count}${rounds < enoughRounds ? ', too few to compare' : ''})`;
}

/** @param {import('../workloads/under-load.mjs').Bound} bound */
function describeBound({ atLeast, below, atMost }) {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return below !== undefined ? `< ${below}` : `≤ ${atMost}`;
}

/**
 * @param {number} value
 * @param {number} digits
 */
const decimal = (value, digits) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/**
 * @param {Spread} spread
 * @param {number} digits
 * @returns {string} empty if the figure does not vary
 */
function range({ min, max }, digits) {
  const [from, to] = [decimal(min, digits), decimal(max, digits)];
  return from === to ? '' : `${from}–${to}`;
}

/**
 * Formats a ratio with its spread.
 * @param {Spread} ratio
 */
export function describeRatio(ratio) {
  const span = range(ratio, 2);
  const mark = isDifference(ratio) || span === '' ? '' : '≈ ';
  return `${mark}${decimal(ratio.median, 2)}${span && `; ${span}`}`;
}

/**
 * @param {import('./figures.mjs').Figure} figure
 * @param {number} digits
 */
function describeFigure(figure, digits) {
  const value = decimal(figure.median, digits);
  if (figure.ratio) return `${value} (${describeRatio(figure.ratio)})`;
  const span = range(figure, digits);
  return span === '' ? value : `${value} [${span}]`;
}

/**
 * The last row: the targets, and whether this server meets them.
 * @param {Measured} measured
 */
function targetRow({ metrics, servers }) {
  const own = servers.find(({ name }) => name === 'server');
  const cells = metrics.map(({ key, target }) => {
    if (!target) return '';
    const text = `${target.of === 'ratio' ? 'ratio ' : ''}${describeBound(target)}`;
    const spread = target.of === 'ratio' ? own?.figures[key].ratio : own?.figures[key];
    return spread ? `${text}: ${verdict(spread, target)}` : text;
  });
  return ['target', ...cells];
}

/**
 * Formats a workload as rows of text: one row per server, then the ratios of this server to single others, then the targets.
 * @param {Measured} measured
 */
export function rowsOf(measured) {
  const { metrics, servers, comparisons } = measured;
  const header = ['', ...metrics.map(({ label }) => label)];
  const figures = servers.map(({ label, figures: of }) => [
    label,
    ...metrics.map(({ key, digits }) => describeFigure(of[key], digits)),
  ]);
  const ratios = comparisons.map(({ reference, label, ratios: of }) => [
    label,
    ...metrics.map(({ key, against }) => {
      const [ratio, bound] = [of[key], against?.[reference]];
      if (!ratio) return '';
      return bound
        ? `${describeRatio(ratio)} (${describeBound(bound)}: ${verdict(ratio, bound)})`
        : describeRatio(ratio);
    }),
  ]);
  const targets = metrics.some(({ target }) => target) ? [targetRow(measured)] : [];
  return { header, rows: [...figures, ...ratios, ...targets] };
}
