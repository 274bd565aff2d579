import type { Summary } from './summary.ts';

const HEAD = [
  'fault',
  'right, partly, failed (%)',
  'codes',
  'longest answer',
  'recovery',
  'heap (MiB)',
  'RSS, peak (MiB)',
  'handles',
  'logins',
  'reports',
];

/** The runs as a table in Markdown. */
export function toTable(summaries: readonly Summary[]): string {
  const rows = summaries.map((run) => [
    `${run.name}: ${run.title}`,
    `${run.right}, ${run.partly}, ${run.failed} of ${run.operations}${run.stale > 0 ? `; ${run.stale} with old figures` : ''}`,
    Object.entries(run.codes)
      .map(([code, count]) => `\`${code}\` ${count}`)
      .join(', '),
    `${(run.longestMs / 1_000).toFixed(1)} s`,
    run.recoverySeconds === null ? 'none' : `${run.recoverySeconds} s`,
    run.heapMiB.join(' → '),
    `${run.rssMiB.join(' → ')}, ${run.peakMiB}`,
    run.handles.join(' → '),
    String(run.logins),
    String(run.reports),
  ]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
