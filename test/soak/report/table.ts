import type { Summary } from './summary.ts';

const ANSWERS = [
  'fault',
  'all right',
  'right in part',
  'failed',
  'codes, and how often',
  'longest answer',
  'right again after',
] as const;
const TAKEN = ['fault', 'heap', 'RSS', 'at its peak', 'handles', 'logins', 'reports kept of those accepted'] as const;

/** The runs as two tables in Markdown: what callers saw, and what the server took before the fault and after. */
export function toTables(runs: readonly Summary[]): string {
  const answers = runs.map((run) => [
    `\`${run.name}\`: ${run.title}`,
    `${run.right} %`,
    `${run.partly} %`,
    `${run.failed} %`,
    toCodes(run),
    `${(run.maxMs / 1_000).toFixed(1)} s`,
    run.recoverySeconds === null ? 'never' : `${run.recoverySeconds} s (of ${run.recoveryLimitSeconds})`,
  ]);
  const taken = runs.map((run) => [
    `\`${run.name}\``,
    `${run.heapMiB.join(' → ')} MiB`,
    `${run.rssMiB.join(' → ')} MiB`,
    `${run.peakMiB} MiB`,
    run.handles.join(' → '),
    String(run.logins),
    `${run.reports - run.lostReports} of ${run.reports}`,
  ]);
  return `${toTable(ANSWERS, answers)}\n\n${toTable(TAKEN, taken)}`;
}

function toCodes({ codes, stale }: Summary): string {
  const counted = Object.entries(codes)
    .sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `\`${code}\` ${count}`);
  return [...counted, ...(stale > 0 ? [`with the warning \`STALE_FIGURES\` ${stale}`] : [])].join(', ');
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
