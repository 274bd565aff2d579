import { Figure, Key } from '../../charts/figure.tsx';
import { Scan } from '../../charts/scan.tsx';
import { DayAxis, ValueAxis } from '../../charts/axes.tsx';
import { toLinear, toTicks } from '../../charts/scale.ts';
import { formatBytes } from '../../format/numbers.ts';
import { formatDay, formatWeekday } from '../../format/times.ts';
import { Bytes } from '../../parts/values.tsx';
import type { CycleDay } from './cycle-data.ts';

const HEIGHT = 220;
const MARGIN = { top: 12, right: 8, bottom: 26, left: 60 };

export interface DayBarsProps {
  readonly days: readonly CycleDay[];
  /** Bytes of the cycle before, by day; null if they are not loaded. */
  readonly before: readonly (number | null)[] | null;
}

/** A bar for each day of the cycle. */
export function DayBars({ days, before }: DayBarsProps) {
  const known = days.filter(({ bytes }) => bytes !== null);
  const hasBefore = before !== null;
  return (
    <Figure
      title="Each day"
      summary={describeBusiest(known)}
      legend={
        <>
          <Key of="bar">final</Key>
          <Key of="bar open">not final yet</Key>
          {hasBefore && <Key of="bar before">cycle before</Key>}
        </>
      }
      head={['Day', 'Bytes', 'Final', ...(hasBefore ? ['Cycle before'] : [])]}
      rows={days.map(({ day, bytes, isSettled, isFuture }, at) => [
        formatWeekday(day),
        isFuture ? 'to come' : <Bytes value={bytes} />,
        isFuture ? '' : isSettled ? 'yes' : 'not yet',
        ...(hasBefore ? [<Bytes value={before[at]} />] : []),
      ])}
    >
      {(width) => <Drawing days={days} before={before} width={width} />}
    </Figure>
  );
}

function Drawing({ days, before, width }: DayBarsProps & { readonly width: number }) {
  const values = [...days.map(({ bytes }) => bytes ?? 0), ...(before ?? []).map((bytes) => bytes ?? 0)];
  const ticks = toTicks(Math.max(...values, 1));
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const y = toLinear([0, ticks.at(-1) ?? 1], [bottom, MARGIN.top]);
  const step = (right - MARGIN.left) / days.length;
  const bar = Math.max(2, Math.min(28, step * 0.72));
  const xs = days.map((_, at) => MARGIN.left + (at + 0.5) * step);
  const first = Math.max(
    0,
    days.findLastIndex(({ bytes }) => bytes !== null),
  );
  return (
    <Scan
      name="Bytes of each day"
      width={width}
      height={HEIGHT}
      xs={xs}
      first={first}
      describe={(at) => describeDay(days[at], before?.[at] ?? null)}
    >
      {(shown) => (
        <>
          <defs>
            <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="hatch-ground" width="6" height="6" />
              <rect class="hatch-line" width="2" height="6" />
            </pattern>
          </defs>
          <ValueAxis ticks={ticks} y={y} left={MARGIN.left} right={right} />
          <DayAxis days={days.map(({ day }) => day)} xs={xs} y={bottom} />
          {xs.map((x, at) => (
            <g key={days[at]?.day}>
              {shown === at && (
                <rect class="band" x={x - step / 2} y={MARGIN.top} width={step} height={bottom - MARGIN.top} />
              )}
              <Bar of="bar before" x={x} width={bar + 4} y={y} bytes={before?.[at] ?? null} />
              <Bar
                of={days[at]?.isSettled === true ? 'bar' : 'bar open'}
                x={x}
                width={bar}
                y={y}
                bytes={days[at]?.bytes ?? null}
              />
            </g>
          ))}
        </>
      )}
    </Scan>
  );
}

function Bar(props: {
  readonly of: string;
  readonly x: number;
  readonly width: number;
  readonly y: (bytes: number) => number;
  readonly bytes: number | null;
}) {
  const { of, x, width, y, bytes } = props;
  if (bytes === null || bytes === 0) return null;
  const height = Math.max(1, y(0) - y(bytes));
  return (
    <rect class={of} x={x - width / 2} y={y(0) - height} width={width} height={height} rx={Math.min(2, height / 2)} />
  );
}

function describeDay(day: CycleDay | undefined, before: number | null): string {
  if (day === undefined) return '';
  const value = day.isFuture ? 'to come' : day.bytes === null ? 'not known' : formatBytes(day.bytes);
  const note = day.isFuture || day.isSettled ? '' : ', not final yet';
  return `${formatWeekday(day.day)}: ${value}${note}${before === null ? '' : `, cycle before ${formatBytes(before)}`}`;
}

function describeBusiest(days: readonly CycleDay[]): string | undefined {
  const busiest = days.reduce<CycleDay | null>(
    (most, each) => ((each.bytes ?? 0) > (most?.bytes ?? 0) ? each : most),
    null,
  );
  if (busiest === null || busiest.bytes === null) return undefined;
  return `The busiest day was ${formatDay(busiest.day)}, with ${formatBytes(busiest.bytes)}.`;
}
