import { ReportProgressDocument } from '../../graphql/graphql.ts';
import { formatMoment } from '../../format/times.ts';
import { linkHere } from '../../state/location.ts';
import { account, zone } from '../../state/scope.ts';
import { Progress } from './progress.tsx';
import { isRunning, type ReportState } from './report-state.ts';
import { useLive } from './use-live.ts';

/** A report in the list. */
export function ReportRow({ loaded, isFollowed }: { readonly loaded: ReportState; readonly isFollowed: boolean }) {
  const { report, failure } = useLive(
    loaded,
    isFollowed && isRunning(loaded),
    [ReportProgressDocument, { ...account.value, txid: loaded.txid }],
    (data) => data.aggregatedReportProgress,
  );
  return (
    <li class="report" data-txid={report.txid} data-status={report.status}>
      <div>
        <a class="report-name" href={linkHere({ report: report.txid })}>
          {formatMoment(report.requestedAt, zone.value)}
        </a>
        <p class="quiet">{describeWindow(report)}</p>
      </div>
      <Progress report={report} />
      {failure !== null && <p class="fault">{failure.message}</p>}
    </li>
  );
}

/** The window as it was sent: days, times or keywords of ThingSpace. */
export function describeWindow({ window: { start, end } }: Pick<ReportState, 'window'>): string {
  if (start !== null && start === end) return `Usage of ${start}`;
  return `Usage from ${start ?? 'a start that ThingSpace chose'} to ${end ?? 'now'}`;
}
