import type { Api } from './api.ts';
import { toBytes, toCount } from './amounts.ts';
import { TerminalReportSummaryDocument, type TerminalReportSummaryQuery } from './documents/graphql.ts';
import type { ReportNames } from './follow.ts';
import { reportGaps } from './gaps.ts';
import { saveDownloads } from './save-download.ts';
import { STDOUT, writeSheet, type Field, type Targets } from './sheet.ts';
import { EXIT, TerminalError, type ExitCode } from './terminal-error.ts';
import { note, type Terminal } from './terminal.ts';

type Summary = NonNullable<TerminalReportSummaryQuery['aggregatedReportRequest']>;

/** Shows what came of reports, and writes their devices where they were asked for. Returns the exit code. */
export async function showSummaries(
  api: Api,
  { txids, accountNumber }: ReportNames,
  { csv, json }: Targets,
  terminal: Terminal,
): Promise<ExitCode> {
  const summaries: Summary[] = [];
  for (const txid of txids) {
    const { data } = await api.send(TerminalReportSummaryDocument, { txid, accountNumber });
    const summary = data.aggregatedReportRequest;
    if (summary === undefined || summary === null) throw new TerminalError(EXIT.failed, `There is no report ${txid}.`);
    summaries.push(summary);
  }
  const links = summaries.flatMap(({ download }) => download ?? []);
  if (csv !== null) {
    if (links.length === 0) note(terminal, 'There is nothing to write as CSV: no device has arrived.');
    else await saveDownloads(api, links, csv, terminal);
  }
  const sheet = { fields: FIELDS, rows: summaries, json: { reports: summaries.map(withoutLink) } };
  if (json !== null) await writeSheet(sheet, { csv: null, json }, terminal);
  if (csv !== STDOUT && json !== STDOUT) await writeSheet(sheet, { csv: null, json: null }, terminal);
  for (const { txid, status } of summaries)
    if (status === 'EXPIRED')
      note(terminal, `${txid} expired: its other devices did not arrive in time. They may still come.`);
  return reportMissing(summaries, terminal);
}

/** A link works for a few minutes only. */
function withoutLink(summary: Summary): object {
  return Object.fromEntries(Object.entries(summary).filter(([name]) => name !== 'download'));
}

function reportMissing(summaries: readonly Summary[], terminal: Terminal): ExitCode {
  const errors = summaries.flatMap((summary) => summary.errors.nodes);
  const missing = summaries.flatMap((summary) => summary.missing.nodes.map(({ imei }) => imei));
  const count = summaries.reduce((sum, summary) => sum + summary.missing.totalCount, 0);
  if (count > missing.length)
    note(terminal, `${toCount(count)} devices are missing in all. These are the first of them.`);
  const code = reportGaps({ missing, errors }, terminal);
  return summaries.some(({ status }) => status !== 'COMPLETED') ? EXIT.incomplete : code;
}

const FIELDS: readonly Field<Summary>[] = [
  { title: 'report', name: 'txid', value: ({ txid }) => txid, mayShrink: true },
  { title: 'status', name: 'status', value: ({ status }) => status },
  toCountField('requested', 'expectedDevices', ({ expectedDevices }) => expectedDevices, true),
  toCountField('received', 'receivedDevices', ({ receivedDevices }) => receivedDevices),
  toCountField('errors', 'failedDevices', ({ failedDevices }) => failedDevices),
  toCountField('missing', 'missingDevices', ({ missing }) => missing.totalCount),
  toCountField('silent', 'silentDevices', ({ totals }) => totals.silentDevices, true),
  toCountField('sessions', 'numberOfSessions', ({ totals }) => totals.numberOfSessions, true),
  {
    title: 'bytes',
    name: 'bytesTransferred',
    align: 'right',
    value: ({ totals }) => totals.bytesTransferred ?? null,
    show: ({ totals }) => toBytes(totals.bytesTransferred),
  },
  {
    title: 'p50 / p95 / p99',
    name: 'bytesPercentiles',
    align: 'right',
    value: ({ totals }) => totals.bytesPercentiles.join(' '),
    show: ({ totals }) => totals.bytesPercentiles.map(toBytes).join(' / '),
    isOptional: true,
  },
];

function toCountField(
  title: string,
  name: string,
  count: (summary: Summary) => number | null | undefined,
  isOptional = false,
): Field<Summary> {
  const value = (summary: Summary): number | null => count(summary) ?? null;
  return { title, name, align: 'right', value, show: (summary) => toCount(value(summary)), isOptional };
}
