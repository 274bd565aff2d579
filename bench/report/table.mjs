/** @param {import('../workloads/under-load.mjs').Metric['target']} target */
function describeTarget(target) {
  if (!target) return '';
  const bound =
    target.atLeast !== undefined
      ? `≥ ${target.atLeast}`
      : target.below !== undefined
        ? `< ${target.below}`
        : `≤ ${target.atMost}`;
  return target.of === 'ratio' ? `ratio ${bound}` : bound;
}

/**
 * Whether a value or its ratio meets the target.
 * @param {import('../measure.mjs').Figure} figure
 * @param {NonNullable<import('../workloads/under-load.mjs').Metric['target']>} target
 */
export function isMet(figure, { of, atMost = Infinity, below = Infinity, atLeast = -Infinity }) {
  const value = of === 'ratio' ? figure.ratio : figure.median;
  return value !== null && value <= atMost && value < below && value >= atLeast;
}

/**
 * @param {number} value
 * @param {number} digits
 */
const decimal = (value, digits) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/**
 * @param {import('../measure.mjs').Figure} figure
 * @param {number} digits
 */
const valueAndRatio = ({ median, ratio }, digits) =>
  ratio === null ? decimal(median, digits) : `${decimal(median, digits)} (${decimal(ratio, 2)})`;

/**
 * Formats a workload as rows of text: one row per server with each value and its ratio to the bare handler. The last row has the
 * targets, and whether this server meets them.
 * @param {import('../measure.mjs').Measured} measured
 */
export function rowsOf({ metrics, servers }) {
  const header = ['', ...metrics.map(({ label }) => label)];
  const rows = servers.map(({ label, figures }) => [
    label,
    ...metrics.map(({ key, digits }) => valueAndRatio(figures[key], digits)),
  ]);
  if (metrics.every(({ target }) => !target)) return { header, rows };

  const own = servers.find(({ name }) => name === 'server');
  const toTargetCell = (/** @type {import('../workloads/under-load.mjs').Metric} */ { key, target }) => {
    if (!target || !own) return describeTarget(target);
    return `${describeTarget(target)}: ${isMet(own.figures[key], target) ? 'met' : 'missed'}`;
  };
  return { header, rows: [...rows, ['target', ...metrics.map(toTargetCell)]] };
}
