import { run } from '../../api/client.ts';
import { FleetRowsDocument } from '../../graphql/graphql.ts';
import { Empty, Show } from '../../parts/states.tsx';
import { Bytes, Count, Stat } from '../../parts/values.tsx';
import { useKept } from '../../state/kept.ts';
import { useLoad } from '../../state/load.ts';
import { Devices, ReportRows } from './report-rows.tsx';
import type { FleetState } from './report-state.ts';

const ROWS = 20;
/** With more parts, totals before the end and an order by bytes may read the database more often than a server allows. */
const MAX_RANKED_PARTS = 20;

/** The totals and first rows of a fleet report, loaded again with each step of its progress. */
export function FleetRows({ fleet, step }: { readonly fleet: FleetState; readonly step: string }) {
  const { id, partCount, status } = fleet;
  const isRanked = partCount <= MAX_RANKED_PARTS;
  const variables = {
    id,
    rows: ROWS,
    order: isRanked ? ('BYTES_DESC' as const) : null,
    withTotals: isRanked || status === 'COMPLETED',
  };
  const loaded = useKept(
    useLoad(JSON.stringify([variables, step]), (signal) => run(FleetRowsDocument, variables, signal)),
  );
  return (
    <Show loaded={loaded} what="devices">
      {({ data: { fleetReport: rows } }) =>
        rows === null ? (
          <Empty title="There is no such report" />
        ) : (
          <>
            <dl class="stats">
              {rows.totals !== undefined && rows.totals !== null && (
                <Stat
                  id="transferred"
                  name="Transferred"
                  note={<Devices devices={rows.totals.devices} silent={rows.totals.silentDevices} />}
                >
                  <Bytes value={rows.totals.bytesTransferred} />
                </Stat>
              )}
              <Stat id="failed" name="Failed" note="ThingSpace could not report them">
                <Count value={rows.errors.totalCount} />
              </Stat>
              <Stat id="missing" name="Missing" note="nothing has arrived for them">
                <Count value={rows.missing.totalCount} />
              </Stat>
            </dl>
            <ReportRows report={rows} />
          </>
        )
      }
    </Show>
  );
}
