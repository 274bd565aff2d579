import { formatPercent } from '../../format/numbers.ts';
import { DeviceTable } from '../../parts/device-table.tsx';
import { Bytes, Change, Count, Unknown } from '../../parts/values.tsx';
import type { TopDevice } from './who-data.ts';

/** The devices that used most, with a bar for the share of each. */
export function TopDevices({ devices }: { readonly devices: readonly TopDevice[] }) {
  const most = Math.max(...devices.map(({ bytes }) => bytes ?? 0), 1);
  return (
    <section class="chart top-devices">
      <h2 id="top-title">The {devices.length} devices that used most</h2>
      <DeviceTable
        labelledBy="top-title"
        columns={[
          { name: 'Bytes', kind: 'wide' },
          { name: 'Share' },
          { name: 'Change' },
          { name: 'Sessions', kind: 'roomy' },
        ]}
        rows={devices.map(({ imei, bytes, sessions, share, change }) => ({
          imei,
          cells: [
            <span class="measured">
              <svg class="measure" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="bar" width={((bytes ?? 0) / most) * 100} height="8" />
              </svg>
              <Bytes value={bytes} />
            </span>,
            share === null ? <Unknown /> : <data value={share}>{formatPercent(share)}</data>,
            <Change value={change} of="against the period before" />,
            <Count value={sessions} />,
          ],
        }))}
      />
    </section>
  );
}
