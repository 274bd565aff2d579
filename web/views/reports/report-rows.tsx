import { Table } from '../../charts/figure.tsx';
import { formatCount } from '../../format/numbers.ts';
import { formatMoment } from '../../format/times.ts';
import type { StoredReportQuery } from '../../graphql/graphql.ts';
import { Bytes, Count, Imei, Stat, Unknown } from '../../parts/values.tsx';
import { zone } from '../../state/scope.ts';

export type StoredReport = NonNullable<StoredReportQuery['aggregatedReportRequest']>;

/** The totals of what has arrived. */
export function ReportStats({ report }: { readonly report: StoredReport }) {
  const { totals, missing, completedAt } = report;
  const [median, p95, p99] = totals.bytesPercentiles;
  return (
    <dl class="stats">
      <Stat
        id="transferred"
        name="Transferred"
        note={<Devices devices={totals.devices} silent={totals.silentDevices} />}
      >
        <Bytes value={totals.bytesTransferred} />
      </Stat>
      <Stat
        id="median"
        name="Median device"
        note={
          <>
            p95 <Bytes value={p95} />, p99 <Bytes value={p99} />
          </>
        }
      >
        <Bytes value={median} />
      </Stat>
      <Stat id="failed" name="Failed" note="ThingSpace could not report them">
        <Count value={report.errors.totalCount} />
      </Stat>
      <Stat
        id="missing"
        name="Missing"
        note={
          completedAt === null
            ? 'nothing has arrived for them'
            : `complete since ${formatMoment(completedAt, zone.value)}`
        }
      >
        {report.expectedDevices === null ? <Unknown /> : <Count value={missing.totalCount} />}
      </Stat>
    </dl>
  );
}

/** How many devices have usage, and how many of them none. */
export function Devices({ devices, silent }: { readonly devices: number; readonly silent: number }) {
  return (
    <>
      <Count value={devices} /> {devices === 1 ? 'device' : 'devices'}, <Count value={silent} /> of them silent
    </>
  );
}

/** What has arrived, what failed and what is missing: the first rows of each. */
export function ReportRows(props: { readonly report: Pick<StoredReport, 'usage' | 'errors' | 'missing'> }) {
  const { usage, errors, missing } = props.report;
  return (
    <>
      {usage.totalCount > 0 && (
        <Rows
          title="Usage"
          total={usage.totalCount}
          head={['Device', 'Sessions', 'Bytes']}
          rows={usage.nodes.map(({ imei, numberOfSessions, bytesTransferred }) => [
            <Imei imei={imei} />,
            <Count value={numberOfSessions} />,
            <Bytes value={bytesTransferred} />,
          ])}
        />
      )}
      {errors.totalCount > 0 && (
        <Rows
          title="Failed"
          total={errors.totalCount}
          head={['Device', 'Reason']}
          rows={errors.nodes.map(({ imei, errorMessage }) => [
            imei === null ? 'not named' : <Imei imei={imei} />,
            errorMessage ?? 'ThingSpace sent no reason',
          ])}
        />
      )}
      {missing.totalCount > 0 && (
        <Rows
          title="Missing"
          total={missing.totalCount}
          head={['Device']}
          rows={missing.nodes.map(({ imei }) => [<Imei imei={imei} />])}
        />
      )}
    </>
  );
}

function Rows(props: {
  readonly title: string;
  readonly total: number;
  readonly head: readonly string[];
  readonly rows: Parameters<typeof Table>[0]['rows'];
}) {
  const { title, total, head, rows } = props;
  return (
    <section class="rows" data-rows={title.toLowerCase()}>
      <h2>
        {title}{' '}
        <span class="quiet">
          {rows.length < total ? `${formatCount(rows.length)} of ${formatCount(total)}` : formatCount(total)}
        </span>
      </h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}>
        <Table head={head} rows={rows} caption={title} />
      </div>
    </section>
  );
}
