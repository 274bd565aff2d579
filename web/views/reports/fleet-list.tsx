import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { StoredFleetsDocument } from '../../graphql/graphql.ts';
import { plural } from '../../format/numbers.ts';
import { formatMoment } from '../../format/times.ts';
import { useKept } from '../../state/kept.ts';
import { useLoad } from '../../state/load.ts';
import { linkHere } from '../../state/location.ts';
import { account, zone } from '../../state/scope.ts';
import { Progress } from './progress.tsx';
import { describeWindow } from './report-row.tsx';
import type { FleetState } from './report-state.ts';

const ROWS_PER_STEP = 5;
/** The most that a page of the API has. */
const MAX_ROWS = 100;

/** The fleet reports of the account, newest first. Nothing if there are none. */
export function FleetList() {
  const [rows, setRows] = useState(ROWS_PER_STEP);
  const variables = { ...account.value, first: rows };
  const loaded = useKept(useLoad(JSON.stringify(variables), (signal) => run(StoredFleetsDocument, variables, signal)));
  // If this fails, so does the list of the other reports, which says why.
  const list = loaded.state === 'ready' ? loaded.value.data.fleetReports : null;
  if (list === null || list.nodes.length === 0) return null;
  return (
    <section class="fleets">
      <h2>Fleet reports</h2>
      <ul class="reports" aria-label="Fleet reports">
        {list.nodes.map((report) => (
          <FleetRow key={report.id} report={report} />
        ))}
      </ul>
      {list.nodes.length < Math.min(list.totalCount, MAX_ROWS) && (
        <p class="actions">
          <button type="button" onClick={() => setRows(Math.min(rows + ROWS_PER_STEP, MAX_ROWS))}>
            Show more of {plural(list.totalCount, 'fleet report')}
          </button>
        </p>
      )}
    </section>
  );
}

function FleetRow({ report }: { readonly report: FleetState }) {
  return (
    <li class="report" data-fleet={report.id} data-status={report.status}>
      <div>
        <a class="report-name" href={linkHere({ fleet: report.id })}>
          {formatMoment(report.requestedAt, zone.value)}
        </a>
        <p class="quiet">{describeWindow(report)}</p>
      </div>
      <Progress report={report} />
    </li>
  );
}
