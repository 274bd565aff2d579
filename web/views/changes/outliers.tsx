import { formatRatio, plural } from '../../format/numbers.ts';
import { DeviceTable } from '../../parts/device-table.tsx';
import { Bytes, Unknown } from '../../parts/values.tsx';
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
        {outliers.length === 0
          ? 'None does.'
          : `${plural(outliers.length, 'device')}, by how much their bytes changed.`}
      </p>
      {outliers.length > 0 && (
        <DeviceTable
          labelledBy="outliers-title"
          columns={[
            { name: 'Why', kind: 'text' },
            { name: 'Now' },
            { name: 'Compared with' },
            { name: 'Ratio', kind: 'roomy' },
          ]}
          rows={outliers.map(({ device: { imei }, bytes, baselineBytes, ratio, reason }) => ({
            imei,
            reason,
            cells: [
              <span class={`reason ${reason.toLowerCase()}`} title={REASONS[reason].meaning}>
                {REASONS[reason].name}
              </span>,
              <Bytes value={bytes} />,
              <Bytes value={baselineBytes} />,
              ratio === null ? <Unknown /> : <data value={ratio}>{formatRatio(ratio)}</data>,
            ],
          }))}
        />
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
