import { plural } from '../../format/numbers.ts';
import { Bytes, Imei } from '../../parts/values.tsx';
import type { Who } from './who-data.ts';

/** Devices without a session, first those that had some in the period before. */
export function Silence({ who }: { readonly who: Who }) {
  const { newlySilent, silent, totals } = who;
  const already = silent.filter((imei) => !newlySilent.some((each) => each.imei === imei));
  const hidden = totals.silentDevices - newlySilent.length - already.length;
  return (
    <section class="chart silence">
      <h2>Silent devices</h2>
      <p class={newlySilent.length > 0 ? 'newly some' : 'newly'} data-newly-silent={newlySilent.length}>
        {newlySilent.length === 0
          ? 'No device is newly silent: all that had sessions in the period before have some now.'
          : `${plural(newlySilent.length, 'device is', 'devices are')} newly silent: sessions in the period before, none now.`}
      </p>
      {newlySilent.length > 0 && (
        <ul class="devices">
          {newlySilent.map(({ imei, bytesBefore }) => (
            <li key={imei}>
              <Imei imei={imei} />{' '}
              <span class="quiet">
                <Bytes value={bytesBefore} /> before
              </span>
            </li>
          ))}
        </ul>
      )}
      {already.length > 0 && (
        <details>
          <summary>
            {plural(totals.silentDevices - newlySilent.length, 'device was', 'devices were')} silent before, too
          </summary>
          <ul class="devices">
            {already.map((imei) => (
              <li key={imei}>
                <Imei imei={imei} />
              </li>
            ))}
            {hidden > 0 && <li class="quiet">and {hidden} more</li>}
          </ul>
        </details>
      )}
    </section>
  );
}
