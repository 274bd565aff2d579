import { logScale, logTicks, roundDown, roundUp } from './log-scale.mjs';

/** @typedef {{ label: string, color: string, emphasized: boolean, points: { x: number, y: number }[] }} Series */

const plot = { width: 300, height: 280 };
const labelGap = 16;
const labelAt = plot.width + 26;
const number = (/** @type {number} */ value) => value.toLocaleString('en', { maximumFractionDigits: 0 });

/**
 * Draws a label at the end of each line, and moves labels apart if they would overlap.
 * @param {{ label: string, color: string, emphasized: boolean, y: number }[]} ends
 */
function labels(ends) {
  const sorted = ends.toSorted((one, other) => one.y - other.y);
  let lowest = Infinity;
  const placed = sorted.toReversed().map((end) => {
    lowest = Math.min(end.y, lowest - labelGap, plot.height);
    return { ...end, labelY: lowest };
  });
  return placed.map(
    ({ label, color, emphasized, y, labelY }) =>
      `<path d="M${plot.width + 4} ${y.toFixed(1)}L${labelAt - 4} ${labelY.toFixed(1)}" stroke="${color}" stroke-width="0.7" fill="none"/>` +
      `<text x="${labelAt}" y="${(labelY + 4).toFixed(1)}" fill="${color}"${emphasized ? ' font-weight="700"' : ''}>${label}</text>`,
  );
}

/**
 * Draws one chart: logarithmic axes and lines.
 * @param {{ title: string, series: Series[], left: number, top: number }} panel
 */
export function panel({ title, series, left, top }) {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((one, other) => one - other);
  const ys = series.flatMap(({ points }) => points.map(({ y }) => y));
  const [fromY, toY] = [roundDown(Math.min(...ys)), roundUp(Math.max(...ys))];
  const x = logScale(xs[0], xs[xs.length - 1], 0, plot.width);
  const y = logScale(fromY, toY, plot.height, 0);

  const grid = logTicks(fromY, toY).map(
    (tick) =>
      `<path d="M0 ${y(tick).toFixed(1)}H${plot.width}" stroke="#e3e3e3"/>` +
      `<text x="-8" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end" fill="#555">${number(tick)}</text>`,
  );
  const feet = xs.map(
    (tick) =>
      `<path d="M${x(tick).toFixed(1)} ${plot.height}v5" stroke="#888"/>` +
      `<text x="${x(tick).toFixed(1)}" y="${plot.height + 20}" text-anchor="middle" fill="#555">${number(tick)}</text>`,
  );
  const lines = series.map(({ color, emphasized, points }) => {
    const path = points.map((point) => `${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join('L');
    const dots = points.map(
      (point) =>
        `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="${emphasized ? 3.5 : 2.5}" fill="${color}"/>`,
    );
    return `<path d="M${path}" fill="none" stroke="${color}" stroke-width="${emphasized ? 3 : 1.5}"/>${dots.join('')}`;
  });
  const ends = series.map(({ points, ...rest }) => ({ ...rest, y: y(points[points.length - 1].y) }));

  return [
    `<g transform="translate(${left} ${top})">`,
    `<text x="0" y="-14" font-weight="700" fill="#222">${title}</text>`,
    ...grid,
    ...feet,
    `<path d="M0 0V${plot.height}H${plot.width}" fill="none" stroke="#888"/>`,
    `<text x="${plot.width / 2}" y="${plot.height + 40}" text-anchor="middle" fill="#555">devices in one operation</text>`,
    ...lines,
    ...labels(ends),
    '</g>',
  ].join('\n');
}
