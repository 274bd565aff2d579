import { formatChange, formatPercent } from '../../format/numbers.ts';
import { formatRange } from '../../format/times.ts';
import { Period } from '../../parts/period.tsx';
import { Priced } from '../../parts/priced.tsx';
import { Empty, Partial, Show } from '../../parts/states.tsx';
import { Bytes, Change, Count, Stat } from '../../parts/values.tsx';
import { useLoad } from '../../state/load.ts';
import { range, toPrevious } from '../../state/scope.ts';
import { loadChanges, loadChangesPlan, toChangesKey, toSteps, type LoadedChanges, type Step } from './changes-data.ts';
import { Outliers } from './outliers.tsx';
import { Waterfall } from './waterfall.tsx';

/** What changed against the period before, what that is made of, and which devices stand out. */
export function ChangesView() {
  const planned = useLoad(toChangesKey(), loadChangesPlan);
  return (
    <>
      <Period />
      <Show loaded={planned} what="changes">
        {(plan) =>
          plan === null ? (
            <Empty title="No usage" />
          ) : (
            <Priced key={toChangesKey()} plan={plan} cheaper="Choose other days.">
              {() => <Loaded />}
            </Priced>
          )
        }
      </Show>
    </>
  );
}

function Loaded() {
  const loaded = useLoad(toChangesKey(), loadChanges);
  return (
    <Show loaded={loaded} what="changes">
      {(found) => (found === null ? <Empty title="No usage" /> : <Shown {...found} />)}
    </Show>
  );
}

/** The operation loads as many. */
const MAX_OUTLIERS = 50;

function Shown({ changes, errors }: LoadedChanges) {
  const { current, previous, factors, outliers } = changes;
  const { from, to } = range.value;
  const before = toPrevious(range.value);
  const change = factors === null || factors.total === null ? null : factors.total - 1;
  const steps = toSteps(changes);
  const hasMore = (outliers?.length ?? 0) >= MAX_OUTLIERS;
  return (
    <>
      <p class="lead">
        {formatRange(from, to)}, against {formatRange(before.from, before.to)}
      </p>
      {steps !== null && change !== null && <p class="verdict">{describe(change, steps)}</p>}
      <Partial errors={errors} />
      <dl class="stats">
        <Stat id="now" name="Now" note={<Talking totals={current} />}>
          <Bytes value={current?.bytesTransferred} />
        </Stat>
        <Stat id="before" name="Before" note={<Talking totals={previous} />}>
          <Bytes value={previous?.bytesTransferred} />
        </Stat>
        <Stat id="change" name="Change" note="of devices without missing values">
          <Change value={change} />
        </Stat>
        <Stat
          id="outliers"
          name="Devices that stand out"
          note={hasMore ? 'those that changed most are below' : 'see below'}
        >
          <Count value={outliers?.length ?? 0} />
          {hasMore && ' or more'}
        </Stat>
      </dl>
      {steps === null ? (
        <Empty title="There is nothing to compare with.">
          <p>No device had sessions with bytes in one of the two periods.</p>
        </Empty>
      ) : (
        <Waterfall steps={steps} />
      )}
      <Outliers outliers={outliers ?? []} />
    </>
  );
}

function Talking({ totals }: { readonly totals: LoadedChanges['changes']['current'] }) {
  if (totals === null) return null;
  return (
    <>
      <Count value={totals.devices - totals.silentDevices} /> devices with a session,{' '}
      <Count value={totals.numberOfSessions} /> sessions
    </>
  );
}

/** Less than this share is no change that anybody would speak of. */
const NO_CHANGE = 0.005;

/** The change in words, and the factor that it comes from most. */
function describe(change: number, steps: readonly Step[]): string {
  if (Math.abs(change) < NO_CHANGE) return 'Usage is about the same as before.';
  const factors = steps.filter(({ factor }) => factor !== null);
  const strength = ({ factor }: Step): number => Math.abs(Math.log(factor ?? 1));
  const [most] = [...factors].sort((a, b) => strength(b) - strength(a));
  const reason =
    most === undefined || most.factor === null ? '' : `, mostly because of ${toWords(most.name, most.factor)}`;
  return `${toDirection(change)}${reason}.`;
}

function toDirection(change: number): string {
  if (change < 0) return `Usage fell by ${formatPercent(-change)}`;
  return change > 9 ? `Usage is ${formatChange(change)} what it was` : `Usage rose by ${formatPercent(change)}`;
}

function toWords(name: string, factor: number): string {
  const [what = '', per] = name.toLowerCase().split(' per ');
  return `${factor > 1 ? 'more' : 'fewer'} ${what}${per === undefined ? '' : ` per ${per}`} (${formatChange(factor - 1)})`;
}
