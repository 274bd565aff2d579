import { formatBytes, formatShare, type Window } from './format.ts';
import type { TopDevicesQuery } from './gql/graphql.ts';

interface TopDevicesProps {
  readonly report: NonNullable<TopDevicesQuery['aggregatedReport']>;
  readonly window: Window;
}

/** The devices that transferred most, with their shares of all bytes. */
export function TopDevices({ report: { usage, totals, freshness }, window }: TopDevicesProps) {
  const total = totals.bytesTransferred ?? 0;
  const most = usage[0]?.bytesTransferred ?? 0;
  return (
    <section>
      <h2>Who used most</h2>
      <p>
        {totals.devices} devices, {totals.silentDevices} of them silent, transferred {formatBytes(total)} from{' '}
        {window.startDate} to {window.endDate}
        {freshness.settled ? '.' : '. Late sessions can still change that.'}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">Bytes</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {usage.map(({ imei, bytesTransferred }) => (
            <tr key={imei}>
              <th scope="row">{imei}</th>
              <td title={`${bytesTransferred ?? 'unknown'} bytes`}>{formatBytes(bytesTransferred)}</td>
              <td>
                <span className="bar" style={{ width: `${(100 * (bytesTransferred ?? 0)) / (most || 1)}%` }} />
                {formatShare(bytesTransferred, total)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
