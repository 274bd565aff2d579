import { plural } from '../../format/numbers.ts';
import { formatMoment, formatRange } from '../../format/times.ts';
import { Period } from '../../parts/period.tsx';
import { Priced } from '../../parts/priced.tsx';
import { Empty, Partial, Show } from '../../parts/states.tsx';
import { Bytes, Change, Count, Imei, Stat } from '../../parts/values.tsx';
import { useLoad } from '../../state/load.ts';
import { range, toPrevious, zone } from '../../state/scope.ts';
import { Distribution } from './distribution.tsx';
import { Silence } from './silence.tsx';
import { TopDevices } from './top-devices.tsx';
import { loadWho, loadWhoPlan, toWhoKey, type Who } from './who-data.ts';

/** The devices that used most are looked up in the period before: ten to a call, unless the cache has them. */
const CALLS_FOR_TOP = 2;

/** Which devices used most, how usage is spread, and which are silent. */
export function WhoView() {
  const planned = useLoad(toWhoKey(), loadWhoPlan);
  return (
    <>
      <Period />
      <Show loaded={planned} what="devices">
        {(plan) =>
          plan === null ? (
            <Empty title="No usage" />
          ) : (
            <Priced key={toWhoKey()} plan={plan} more={CALLS_FOR_TOP} cheaper="Choose other days.">
              {() => <LoadedWho />}
            </Priced>
          )
        }
      </Show>
    </>
  );
}

function LoadedWho() {
  const loaded = useLoad(toWhoKey(), loadWho);
  return (
    <Show loaded={loaded} what="devices">
      {(who) =>
        who === null || who.totals.devices === 0 ? (
          <Empty title="No device has usage in these days." />
        ) : (
          <Shown who={who} />
        )
      }
    </Show>
  );
}

function Shown({ who }: { readonly who: Who }) {
  const { totals, previous, change, top, newlySilent, isSettled, asOf, errors, failed } = who;
  const { from, to } = range.value;
  const before = toPrevious(range.value);
  const [first] = top;
  return (
    <>
      <p class="lead">
        {formatRange(from, to)}, against {formatRange(before.from, before.to)}
        {asOf !== null && ` · as of ${formatMoment(asOf, zone.value)}`}
        {!isSettled && ' · not final yet'}
      </p>
      {first !== undefined && (
        <p class="verdict" data-most={first.imei}>
          <strong>
            <Imei imei={first.imei} /> used most:
          </strong>{' '}
          <Bytes value={first.bytes} /> of <Bytes value={totals.bytesTransferred} />.
        </p>
      )}
      <Partial errors={errors} />
      <dl class="stats">
        <Stat
          id="bytes"
          name="All devices"
          note={
            <>
              <Bytes value={previous?.bytesTransferred} /> before
            </>
          }
        >
          <Bytes value={totals.bytesTransferred} />
        </Stat>
        <Stat id="change" name="Change" note="against as many days before">
          <Change value={change} />
        </Stat>
        <Stat id="devices" name="Devices" note={`${plural(totals.silentDevices, 'is', 'are')} silent`}>
          <Count value={totals.devices} />
        </Stat>
        <Stat id="newly-silent" name="Newly silent" note="had sessions in the period before">
          <Count value={newlySilent.length} />
        </Stat>
      </dl>
      <TopDevices devices={top} />
      {totals.curve.length > 1 && <Distribution curve={totals.curve} named={totals.named} devices={totals.devices} />}
      <Silence who={who} />
      <Failed failed={failed} />
    </>
  );
}

function Failed({ failed }: Pick<Who, 'failed'>) {
  if (failed.length === 0) return null;
  return (
    <details class="notice">
      <summary>ThingSpace could not report {plural(failed.length, 'device')}.</summary>
      <ul>
        {failed.slice(0, 50).map(({ imei, errorMessage }) => (
          <li>
            {imei === null ? 'A device that it did not name' : <Imei imei={imei} />}:{' '}
            {errorMessage ?? 'no reason given'}
          </li>
        ))}
      </ul>
    </details>
  );
}
