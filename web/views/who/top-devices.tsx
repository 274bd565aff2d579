import { formatPercent } from '../../format/numbers.ts';
import { Bytes, Change, Count, Imei, Unknown } from '../../parts/values.tsx';
import type { TopDevice } from './who-data.ts';

/** The devices that used most, with a bar for the share of each. */
export function TopDevices({ devices }: { readonly devices: readonly TopDevice[] }) {
  const most = Math.max(...devices.map(({ bytes }) => bytes ?? 0), 1);
  return (
    <section class="chart top-devices">
      <h2 id="top-title">The {devices.length} devices that used most</h2>
      <div class="scroll whole" tabIndex={0} role="region" aria-labelledby="top-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col" class="wide">
                Bytes
              </th>
              <th scope="col">Share</th>
              <th scope="col">Change</th>
              <th scope="col" class="roomy">
                Sessions
              </th>
            </tr>
          </thead>
          <tbody>
            {devices.map(({ imei, bytes, sessions, share, change }) => (
              <tr key={imei} data-device={imei}>
                <th scope="row">
                  <Imei imei={imei} />
                </th>
                <td class="wide">
                  <span class="measured">
                    <svg class="measure" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                      <rect class="bar" width={((bytes ?? 0) / most) * 100} height="8" />
                    </svg>
                    <Bytes value={bytes} />
                  </span>
                </td>
                <td>{share === null ? <Unknown /> : <data value={share}>{formatPercent(share)}</data>}</td>
                <td>
                  <Change value={change} of="against the period before" />
                </td>
                <td class="roomy">
                  <Count value={sessions} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
