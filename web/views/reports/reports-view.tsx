import { useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { StoredReportsDocument, type AggregatedReportStatus } from '../../graphql/graphql.ts';
import { plural } from '../../format/numbers.ts';
import { Empty, Partial, Show } from '../../parts/states.tsx';
import { useKept } from '../../state/kept.ts';
import { useLoad } from '../../state/load.ts';
import { change, param } from '../../state/location.ts';
import { account } from '../../state/scope.ts';
import { FleetDetail } from './fleet-detail.tsx';
import { FleetList } from './fleet-list.tsx';
import { ReportDetail } from './report-detail.tsx';
import { ReportForm } from './report-form.tsx';
import { ReportRow } from './report-row.tsx';
import { isRunning } from './report-state.ts';

const ROWS_PER_STEP = 20;
/** A browser opens few connections to a server over HTTP/1.1, and each report that is followed takes one. */
const MAX_FOLLOWED = 3;

/** Reports that arrive later: requested, followed and downloaded. */
export function ReportsView() {
  const txid = param('report');
  const fleet = param('fleet');
  if (fleet !== null) return <FleetDetail key={fleet} id={fleet} />;
  return txid === null ? <Reports /> : <ReportDetail key={txid} txid={txid} />;
}

function Reports() {
  const [rows, setRows] = useState(ROWS_PER_STEP);
  const status = toStatus(param('status'));
  const variables = { ...account.value, status, first: rows };
  const loaded = useKept(useLoad(JSON.stringify(variables), (signal) => run(StoredReportsDocument, variables, signal)));
  return (
    <>
      <ReportForm />
      <FleetList />
      <StatusFilter status={status} />
      <Show loaded={loaded} what="reports">
        {({ data: { aggregatedReportRequests: list }, errors }) => {
          if (list === null || list.nodes.length === 0) return <NoReports isFiltered={status !== null} />;
          const followed = list.nodes.filter(isRunning).slice(0, MAX_FOLLOWED);
          return (
            <>
              <Partial errors={errors} />
              <ul class="reports" aria-label="Reports">
                {list.nodes.map((report) => (
                  <ReportRow key={report.txid} loaded={report} isFollowed={followed.includes(report)} />
                ))}
              </ul>
              <p class="actions">
                <button type="button" onClick={loaded.again}>
                  Refresh
                </button>
                {list.nodes.length < list.totalCount && (
                  <button type="button" onClick={() => setRows(rows + ROWS_PER_STEP)}>
                    Show more of {plural(list.totalCount, 'report')}
                  </button>
                )}
              </p>
            </>
          );
        }}
      </Show>
    </>
  );
}

const STATUSES: readonly (readonly [AggregatedReportStatus, string])[] = [
  ['QUEUED', 'Waiting'],
  ['RECEIVING', 'Arriving'],
  ['COMPLETED', 'Complete'],
  ['EXPIRED', 'Ended early'],
];

function toStatus(text: string | null): AggregatedReportStatus | null {
  return STATUSES.find(([status]) => status === text)?.[0] ?? null;
}

function StatusFilter({ status }: { readonly status: AggregatedReportStatus | null }) {
  return (
    <div class="controls">
      <label>
        <span>Show</span>
        <select value={status ?? ''} onChange={(event) => change({ status: event.currentTarget.value })}>
          <option value="">all reports</option>
          {STATUSES.map(([value, name]) => (
            <option key={value} value={value}>
              {name.toLowerCase()}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function NoReports({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No report is in this state" />
  ) : (
    <Empty title="No report yet">
      <p>
        Request one above. It takes one upstream call for up to 10,000 devices; the results arrive later, device by
        device.
      </p>
    </Empty>
  );
}
