import { useEffect, useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { FleetDownloadsDocument, FleetProgressDocument, StoredFleetDocument } from '../../graphql/graphql.ts';
import { plural } from '../../format/numbers.ts';
import { formatMoment } from '../../format/times.ts';
import { Empty, Partial, Show } from '../../parts/states.tsx';
import { useKept } from '../../state/kept.ts';
import { useLoad } from '../../state/load.ts';
import { linkHere } from '../../state/location.ts';
import { zone } from '../../state/scope.ts';
import { CancelFleet } from './cancel-fleet.tsx';
import { Downloads, type Links } from './downloads.tsx';
import { FleetNotes, type StoredFleet } from './fleet-notes.tsx';
import { FleetRows } from './fleet-rows.tsx';
import { Progress } from './progress.tsx';
import { describeWindow } from './report-row.tsx';
import { countArrived, isRunning, toStep } from './report-state.ts';
import { useLive } from './use-live.ts';

/** One fleet report: how far its parts are, what has arrived, what is missing, and its file. */
export function FleetDetail({ id }: { readonly id: string }) {
  const [step, setStep] = useState('');
  const loaded = useKept(useLoad(JSON.stringify([id, step]), (signal) => run(StoredFleetDocument, { id }, signal)));
  return (
    <>
      <p>
        <a href={linkHere({ fleet: null })}>All reports</a>
      </p>
      <Show loaded={loaded} what="report">
        {({ data: { fleetReport: stored }, errors }) =>
          stored === null ? (
            <Empty title="There is no such report" />
          ) : (
            <>
              <Partial errors={errors} />
              <LiveFleet stored={stored} onStep={setStep} onRefresh={loaded.again} />
            </>
          )
        }
      </Show>
    </>
  );
}

function LiveFleet(props: {
  readonly stored: StoredFleet;
  readonly onStep: (step: string) => void;
  readonly onRefresh: () => void;
}) {
  const { stored, onStep, onRefresh } = props;
  const { report, failure } = useLive(
    stored,
    isRunning(stored),
    [FleetProgressDocument, { id: stored.id }],
    (data) => ({ ...stored, ...data.fleetReportProgress }),
  );
  const { id, status, partCount, partsPerMinute } = report;
  const step = toStep(report);
  useEffect(() => {
    if (step !== toStep(stored)) onStep(step);
  }, [step]);
  return (
    <>
      <section class="report-head" data-fleet={id} data-status={status}>
        <h2>{describeWindow(report)}</h2>
        <Progress report={report} />
        <p class="quiet">
          Requested {formatMoment(report.requestedAt, zone.value)} in {plural(partCount, 'part')}
          {isRunning(report) && partCount > 1 && `, at most ${partsPerMinute} per minute`}
        </p>
        {failure !== null && <p class="fault">{failure.message}</p>}
      </section>
      <CancelFleet fleet={report} onCancelled={onRefresh} />
      <FleetNotes fleet={stored} />
      <Downloads load={() => loadLinks(id)} hasRows={countArrived(report) > 0} />
      <FleetRows fleet={stored} step={step} />
    </>
  );
}

async function loadLinks(id: string): Promise<Links | null> {
  const { data } = await run(FleetDownloadsDocument, { id });
  return data.fleetReport;
}
