import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { formatTime, type Window } from './format.ts';
import {
  ReportProgressDocument,
  RequestReportDocument,
  StoredReportsDocument,
  type ReportStateFragment,
} from './gql/graphql.ts';

interface ReportsProps {
  readonly apiUrl: string;
  /** The devices that a new report is about. */
  readonly imei: readonly string[];
  readonly window: Window;
}

/** Stored reports with their progress, and a button that requests one. */
export function Reports({ apiUrl, imei, window }: ReportsProps) {
  const { data, error } = useQuery(StoredReportsDocument);
  const [request, requested] = useMutation(RequestReportDocument, {
    variables: { input: { imei: [...imei], ...window } },
    refetchQueries: [StoredReportsDocument],
    // The error is shown below.
    onError: () => {},
  });
  const failure = requested.error ?? error;
  const reports = data?.aggregatedReportRequests?.nodes ?? [];
  return (
    <section>
      <h2>Reports</h2>
      <p>
        <button disabled={imei.length === 0 || requested.loading} onClick={() => void request()}>
          Request a report on these {imei.length} devices
        </button>
      </p>
      {failure && <p role="alert">{failure.message}</p>}
      {data && reports.length === 0 && <p>No report has been requested yet.</p>}
      <ul>
        {reports.map((report) => (
          <Report key={report.txid} apiUrl={apiUrl} report={report} />
        ))}
      </ul>
    </section>
  );
}

function Report({ apiUrl, report }: { readonly apiUrl: string; readonly report: ReportStateFragment }) {
  const { txid, status, requestedAt, expectedDevices, receivedDevices, failedDevices, download } = report;
  const isRunning = status === 'QUEUED' || status === 'RECEIVING';
  // What it returns is not used here: it changes the report in the cache, and so this component.
  const { error } = useSubscription(ReportProgressDocument, { variables: { txid }, skip: !isRunning });
  const arrived = receivedDevices + failedDevices;
  return (
    <li data-txid={txid} data-status={status}>
      <span>{formatTime(requestedAt)}</span>
      <progress aria-label="Devices that have arrived" value={arrived} max={expectedDevices ?? Math.max(arrived, 1)} />
      <span>
        {arrived} of {expectedDevices ?? 'all'} devices, {status.toLowerCase()}
        {failedDevices > 0 && `, ${failedDevices} failed`}
      </span>
      {!isRunning && download && <a href={new URL(download, apiUrl).href}>Download CSV</a>}
      {error && <span role="alert">{error.message}</span>}
    </li>
  );
}
