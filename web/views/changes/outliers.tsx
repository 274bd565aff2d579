import { formatRatio, plural } from '../../format/numbers.ts';
import { Bytes, Imei, Unknown } from '../../parts/values.tsx';
import type { Outlier } from './changes-data.ts';

/** What the reasons of the API mean. */
const REASONS: Readonly<Record<Outlier['reason'], { readonly name: string; readonly meaning: string }>> = {
  ABOVE_OWN_BASELINE: { name: 'Unusually much', meaning: 'far more than its own recorded history' },
  INSUFFICIENT_HISTORY: {
    name: 'Grew',
    meaning: 'more than before; too few recorded days to say whether that is unusual',
  },
  NEWLY_SILENT: { name: 'Newly silent', meaning: 'sessions before, none now' },
  NEWLY_TALKING: { name: 'Newly talking', meaning: 'no session before, some now' },
  SESSIONS_WITHOUT_BYTES: { name: 'Sessions without bytes', meaning: 'connects, and transfers nothing' },
};

/** Devices that stand out, those whose bytes changed most first. */
export function Outliers({ outliers }: { readonly outliers: readonly Outlier[] }) {
  return (
    <section class="chart outliers">
      <h2 id="outliers-title">Devices that stand out</h2>
      <p class="quiet">
        {outliers.length === 0 ? 'None does.' : `${plural(outliers.length, 'device')}, the largest changes first.`}
      </p>
      {outliers.length > 0 && (
        <div class="scroll whole" tabIndex={0} role="region" aria-labelledby="outliers-title">
          <table>
            <thead>
              <tr>
                <th scope="col">Device</th>
                <th scope="col" class="text">
                  Why
                </th>
                <th scope="col">Now</th>
                <th scope="col">Compared with</th>
                <th scope="col" class="roomy">
                  Ratio
                </th>
              </tr>
            </thead>
            <tbody>
              {outliers.map(({ device, bytes, baselineBytes, ratio, reason }) => (
                <tr key={`${device.imei} ${reason}`} data-device={device.imei} data-reason={reason}>
                  <th scope="row">
                    <Imei imei={device.imei} />
                  </th>
                  <td class="text">
                    <span class={`reason ${reason.toLowerCase()}`} title={REASONS[reason].meaning}>
                      {REASONS[reason].name}
                    </span>
                  </td>
                  <td>
                    <Bytes value={bytes} />
                  </td>
                  <td>
                    <Bytes value={baselineBytes} />
                  </td>
                  <td class="roomy">
                    {ratio === null ? <Unknown /> : <data value={ratio}>{formatRatio(ratio)}</data>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <dl class="meanings">
        {Object.entries(REASONS)
          .filter(([reason]) => outliers.some((each) => each.reason === reason))
          .map(([reason, { name, meaning }]) => (
            <div key={reason}>
              <dt>{name}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
