import { signal } from '@preact/signals';
import { run } from '../../api/client.ts';
import { StoredFleetDocument } from '../../graphql/graphql.ts';
import { formatMoment } from '../../format/times.ts';
import { useLoad } from '../../state/load.ts';
import { linkHere } from '../../state/location.ts';
import { zone } from '../../state/scope.ts';
import { Progress } from './progress.tsx';
import { describeWindow } from './report-row.tsx';

// The API lists no fleet reports, so the tab remembers those that were requested in it. Otherwise, only their address leads to them.
const NAME = 'device-reports:fleets';
const MAX_REMEMBERED = 5;

const ids = signal<readonly string[]>(JSON.parse(sessionStorage.getItem(NAME) ?? '[]') as string[]);

/** Remembers a fleet report for as long as the tab is open. */
export function rememberFleet(id: string): void {
  ids.value = [id, ...ids.value.filter((each) => each !== id)].slice(0, MAX_REMEMBERED);
  sessionStorage.setItem(NAME, JSON.stringify(ids.value));
}

/** The fleet reports that were requested in this tab, newest first. */
export function OwnFleets() {
  if (ids.value.length === 0) return null;
  return (
    <section class="own-fleets">
      <h2>Fleet reports of this tab</h2>
      <ul class="reports" aria-label="Fleet reports">
        {ids.value.map((id) => (
          <FleetRow key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

function FleetRow({ id }: { readonly id: string }) {
  const loaded = useLoad(id, (signal) => run(StoredFleetDocument, { id }, signal));
  const report = loaded.state === 'ready' ? loaded.value.data.fleetReport : null;
  // Deleted by its retention, or of somebody who has signed out.
  if (loaded.state === 'failed') return null;
  return (
    <li class="report" data-fleet={id}>
      <div>
        <a class="report-name" href={linkHere({ fleet: id })}>
          {report === null ? 'Fleet report' : formatMoment(report.requestedAt, zone.value)}
        </a>
        {report !== null && <p class="quiet">{describeWindow(report)}</p>}
      </div>
      {report !== null && <Progress report={report} />}
    </li>
  );
}
