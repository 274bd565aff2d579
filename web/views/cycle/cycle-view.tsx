import { useState } from 'preact/hooks';
import { formatExactBytes, formatPercent, plural } from '../../format/numbers.ts';
import { formatDay, formatMoment, formatRange } from '../../format/times.ts';
import { Priced } from '../../parts/priced.tsx';
import { Empty, FailurePanel, Partial, Show } from '../../parts/states.tsx';
import { Bytes, Change, Count, Stat } from '../../parts/values.tsx';
import { useLoad } from '../../state/load.ts';
import { includedBytes, zone, type Range } from '../../state/scope.ts';
import { CycleForm } from './cycle-form.tsx';
import {
  loadBefore,
  loadBeforePlan,
  loadCycle,
  loadCyclePlan,
  toCycleKey,
  type Cycle,
  type CyclePlan,
} from './cycle-data.ts';
import { DayBars } from './day-bars.tsx';
import { RunningTotal } from './running-total.tsx';
import { Verdict } from './verdict.tsx';

/** How much the billing cycle has used, and whether it will fit. */
export function CycleView() {
  const planned = useLoad(toCycleKey(), loadCyclePlan);
  return (
    <>
      <CycleForm />
      <Show loaded={planned} what="this cycle">
        {(dates) =>
          dates === null ? (
            <Empty title="No cycle" />
          ) : (
            <Priced
              plan={dates.plan}
              more={dates.sameDaysBefore === null ? 0 : 1}
              cheaper="Days that are final are loaded once, and then come from the cache."
            >
              {() => <LoadedCycle dates={dates} />}
            </Priced>
          )
        }
      </Show>
    </>
  );
}

function LoadedCycle({ dates }: { readonly dates: CyclePlan }) {
  const key = JSON.stringify([toCycleKey(), includedBytes.value]);
  const loaded = useLoad(key, (signal) => loadCycle(dates, signal));
  return (
    <Show loaded={loaded} what="this cycle">
      {(cycle) => (cycle === null ? <Empty title="No usage" /> : <Shown dates={dates} cycle={cycle} />)}
    </Show>
  );
}

function Shown({ dates, cycle }: { readonly dates: CyclePlan; readonly cycle: Cycle }) {
  const [isBeforeWanted, setIsBeforeWanted] = useState(false);
  const { before: range } = dates;
  const { billing, days } = cycle;
  const before = useLoad(isBeforeWanted && range !== null ? JSON.stringify([toCycleKey(), range]) : null, (signal) =>
    range === null ? Promise.resolve([]) : loadBefore(range, signal),
  );
  const daily = before.state === 'ready' ? before.value : null;
  const isEmpty = (billing.usage?.devices ?? 0) === 0;
  return (
    <>
      <p class="lead">
        {formatRange(dates.from, dates.to)}
        {' · '}
        {dates.daysLeft === 0 ? 'the last day' : `${plural(dates.daysLeft, 'day')} left`}
        {cycle.asOf !== null && ` · as of ${formatMoment(cycle.asOf, zone.value)}`}
      </p>
      <Verdict cycle={cycle} />
      <Partial errors={cycle.errors} />
      <CycleStats dates={dates} cycle={cycle} />
      {isEmpty && <Empty title="No device has reported usage in this cycle yet." />}
      <DayBars days={days} before={daily} />
      <RunningTotal
        days={days}
        projection={billing.projection}
        includedBytes={billing.allowance?.includedBytes ?? includedBytes.value}
        before={daily === null ? null : toTotals(daily)}
      />
      {before.state === 'failed' && <FailurePanel failure={before.failure} what="cycle before" again={before.again} />}
      {range !== null && !isBeforeWanted && <BeforeButton range={range} load={() => setIsBeforeWanted(true)} />}
    </>
  );
}

function CycleStats({ dates, cycle }: { readonly dates: CyclePlan; readonly cycle: Cycle }) {
  const { billing, untilYesterday, beforeBytes } = cycle;
  const { usage, projection, allowance } = billing;
  const change = beforeBytes === null || beforeBytes === 0 ? null : (untilYesterday - beforeBytes) / beforeBytes;
  return (
    <dl class="stats">
      <Stat id="used" name="Used so far" note={<Devices usage={usage} />}>
        <Bytes value={usage?.bytesTransferred} />
      </Stat>
      <Stat
        id="expected"
        name={`Expected by ${formatDay(dates.to)}`}
        note={
          projection ? (
            <>
              <Bytes value={projection.low} /> to <Bytes value={projection.high} />, from {projection.basedOnDays} final
              days
            </>
          ) : (
            'needs seven final days'
          )
        }
      >
        <Bytes value={projection?.expected} />
      </Stat>
      {allowance !== null && (
        <Stat
          id="allowance"
          name="Of the allowance"
          note={
            <span title={formatExactBytes(allowance.includedBytes)}>
              <Bytes value={allowance.includedBytes} /> included{allowance.isFromPlan && ' in the plans'}
            </span>
          }
        >
          <data value={allowance.usedShare}>{formatPercent(allowance.usedShare)}</data>
        </Stat>
      )}
      {dates.sameDaysBefore !== null && (
        <Stat
          id="before"
          name="Against the cycle before"
          note={
            <>
              <Bytes value={beforeBytes} /> in {formatRange(dates.sameDaysBefore.from, dates.sameDaysBefore.to)}
            </>
          }
        >
          <Change value={change} of="days that are over, against as many days of the cycle before" />
        </Stat>
      )}
    </dl>
  );
}

function Devices({ usage }: Pick<Cycle['billing'], 'usage'>) {
  if (usage === null) return null;
  return (
    <>
      <Count value={usage.devices} /> devices, <Count value={usage.silentDevices} /> of them silent
    </>
  );
}

/** Offers to draw the cycle before, with its price. */
function BeforeButton({ range, load }: { readonly range: Range; readonly load: () => void }) {
  const priced = useLoad(JSON.stringify([toCycleKey(), range, 'price']), (signal) => loadBeforePlan(range, signal));
  if (priced.state !== 'ready' || priced.value === null) return null;
  const { upstreamCalls, withinBudget } = priced.value;
  if (!withinBudget) return null;
  return (
    <p class="actions">
      <button type="button" onClick={load}>
        Draw the cycle before, day by day ({plural(upstreamCalls, 'call')})
      </button>
    </p>
  );
}

function toTotals(daily: readonly (number | null)[]): number[] {
  let total = 0;
  return daily.map((bytes) => (total += bytes ?? 0));
}
