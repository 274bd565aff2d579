import { formatCount, plural } from '../../format/numbers.ts';
import { countArrived, describeStatus, isRunning, type ProgressState } from './report-state.ts';

/** How far a report is. */
export function Progress({ report }: { readonly report: ProgressState }) {
  const { status, expectedDevices, failedDevices } = report;
  const arrived = countArrived(report);
  const text =
    expectedDevices === null
      ? plural(arrived, 'device')
      : `${formatCount(arrived)} of ${plural(expectedDevices, 'device')}`;
  return (
    <div class={`progress ${status.toLowerCase()}`}>
      <p class="progress-text">
        <span class="badge">{describeStatus(report)}</span> <span data-arrived={arrived}>{text}</span>
        {failedDevices > 0 && <span class="fault">{formatCount(failedDevices)} failed</span>}
      </p>
      {expectedDevices === null && isRunning(report) ? (
        <progress aria-label="Progress" />
      ) : (
        <progress aria-label="Progress" value={arrived} max={Math.max(1, expectedDevices ?? arrived)} />
      )}
    </div>
  );
}
