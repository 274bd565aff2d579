import { rowsOf, titleOf } from './table.mjs';

/** @param {import('./figures.mjs').Measured} measured */
export function asText(measured) {
  const { header, rows } = rowsOf(measured);
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const aligned = lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
  );
  return [`${titleOf(measured)}`, ...aligned, ''].join('\n');
}
