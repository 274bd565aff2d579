import { rowsOf, titleOf } from './table.mjs';

/** @param {import('./figures.mjs').Measured} measured */
export function asMarkdown(measured) {
  const { header, rows } = rowsOf(measured);
  const widths = header.map((_, column) => Math.max(3, ...[header, ...rows].map((line) => line[column].length)));
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [`### ${titleOf(measured)}`, '', line(header), rule, ...rows.map(line), ''].join('\n');
}
