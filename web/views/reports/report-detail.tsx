import { useEffect, useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { ReportDownloadsDocument, ReportProgressDocument, StoredReportDocument } from '../../graphql/graphql.ts';
import { formatMoment } from '../../format/times.ts';
import { Empty, Partial, Show } from '../../parts/states.tsx';
import { useKept } from '../../state/kept.ts';
import { useLoad } from '../../state/load.ts';
import { linkHere } from '../../state/location.ts';
import { account, zone } from '../../state/scope.ts';
import { AskAgain } from './ask-again.tsx';
import { Downloads, type Links } from './downloads.tsx';
import { Progress } from './progress.tsx';
import { describeWindow } from './report-row.tsx';
import { isRunning, toStep } from './report-state.ts';
import { ReportRows, ReportStats, type StoredReport } from './report-rows.tsx';
import { useLive } from './use-live.ts';

const ROWS_PER_STEP = 20;
/** The API returns at most so many rows at once; the file has all. */
const MAX_ROWS = 1_000;

/** One report: how far it is, what has arrived, what is missing, and its file. */
export function ReportDetail({ txid }: { readonly txid: string }) {
  const [rows, setRows] = useState(ROWS_PER_STEP);
  const [step, setStep] = useState('');
  const variables = { ...account.value, txid, rows };
  const key = JSON.stringify([variables, step]);
  const loaded = useKept(useLoad(key, (signal) => run(StoredReportDocument, variables, signal)));
  return (
    <>
      <p>
        <a href={linkHere({ report: null })}>All reports</a>
      </p>
      <Show loaded={loaded} what="report">
        {({ data: { aggregatedReportRequest: stored }, errors }) =>
          stored === null ? (
            <Empty title="There is no such report" />
          ) : (
            <>
              <Partial errors={errors} />
              <LiveHead stored={stored} onStep={setStep} />
              <ReportStats report={stored} />
              <Downloads
                load={() => loadLinks(txid)}
                hasRows={stored.usage.totalCount + stored.errors.totalCount > 0}
              />
              <AskAgain report={stored} />
              <ReportRows report={stored} />
              {rows < MAX_ROWS && rows < stored.usage.totalCount && (
                <p class="actions">
                  <button type="button" onClick={() => setRows(Math.min(MAX_ROWS, rows * 5))}>
                    Show more devices
                  </button>
                </p>
              )}
            </>
          )
        }
      </Show>
    </>
  );
}

/** What changes while devices arrive. It asks for the rows again with each step of the progress, and at the end. */
function LiveHead({ stored, onStep }: { readonly stored: StoredReport; readonly onStep: (step: string) => void }) {
  const { report, failure } = useLive(
    stored,
    isRunning(stored),
    [ReportProgressDocument, { ...account.value, txid: stored.txid }],
    (data) => data.aggregatedReportProgress,
  );
  const step = toStep(report);
  useEffect(() => {
    if (step !== toStep(stored)) onStep(step);
  }, [step]);
  return (
    <section class="report-head" data-txid={report.txid} data-status={report.status}>
      <h2>{describeWindow(report)}</h2>
      <Progress report={report} />
      <p class="quiet">
        Requested {formatMoment(report.requestedAt, zone.value)}
        {isRunning(report) && `, expected until ${formatMoment(report.expiresAt, zone.value)}`}
      </p>
      {failure !== null && <p class="fault">{failure.message}</p>}
    </section>
  );
}

async function loadLinks(txid: string): Promise<Links | null> {
  const { data } = await run(ReportDownloadsDocument, { ...account.value, txid });
  return data.aggregatedReportRequest;
}
