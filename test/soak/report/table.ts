import type { Summary } from './summary.ts';

const RESPONSES = ['fault', 'right', 'partly', 'failed', 'error codes, and how often', 'longest', 'recovered'] as const;
const RESOURCES = ['fault', 'heap', 'RSS', 'peak', 'handles', 'logins', 'complete'] as const;

/** Formats the runs as two Markdown tables: what callers saw, and what the server used before and after the fault. */
export function toTables(runs: readonly Summary[]): string {
  const responses = runs.map((run) => [
    `\`${run.name}\`: ${run.title}`,
    `${run.right} %`,
    `${run.partly} %`,
    `${run.failed} %`,
    toCodes(run),
    `${(run.maxMs / 1_000).toFixed(1)} s`,
    run.recoverySeconds === null ? 'never' : `${run.recoverySeconds} s (${run.recoveryLimitSeconds} s)`,
  ]);
  const resources = runs.map((run) => [
    `\`${run.name}\``,
    `${run.heapMiB.join(' → ')} MiB`,
    `${run.rssMiB.join(' → ')} MiB`,
    `${run.peakMiB} MiB`,
    run.handles.join(' → '),
    String(run.logins),
    `${run.reports - run.lostReports} of ${run.reports}`,
  ]);
  return `${toTable(RESPONSES, responses)}\n\n${toTable(RESOURCES, resources)}`;
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
