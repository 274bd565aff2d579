import { formatMoment } from '../../format/times.ts';
import { linkHere } from '../../state/location.ts';
import { zone } from '../../state/scope.ts';
import { Progress } from './progress.tsx';
import type { ReportState } from './report-state.ts';
import { useLiveReport } from './use-live-report.ts';

/** A report in the list. */
export function ReportRow({ loaded, isFollowed }: { readonly loaded: ReportState; readonly isFollowed: boolean }) {
  const { report, failure } = useLiveReport(loaded, isFollowed);
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
export function describeWindow({ window: { start, end } }: ReportState): string {
  if (start !== null && start === end) return `Usage of ${start}`;
  return `Usage from ${start ?? 'a start that ThingSpace chose'} to ${end ?? 'now'}`;
}
