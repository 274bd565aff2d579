import { DayAxis, ValueAxis } from '../../charts/axes.tsx';
import { Figure, Key } from '../../charts/figure.tsx';
import { Scan } from '../../charts/scan.tsx';
import { toLinear, toPath, toTicks } from '../../charts/scale.ts';
import { formatBytes, formatPercent } from '../../format/numbers.ts';
import { formatWeekday } from '../../format/times.ts';
import { Bytes } from '../../parts/values.tsx';
import { WARNING_SHARE, type Cycle, type CycleDay } from './cycle-data.ts';

const HEIGHT = 260;
const MARGIN = { top: 18, right: 8, bottom: 26, left: 60 };
/** An allowance that is much higher than all else would press the curve to the ground. */
const MAX_HEADROOM = 4;

export interface RunningTotalProps {
  readonly days: readonly CycleDay[];
  readonly projection: Cycle['billing']['projection'];
  readonly includedBytes: number | null;
  /** Bytes of the cycle before until each of its days; null if they are not loaded. */
  readonly before: readonly number[] | null;
}

/** The bytes of the cycle until each day, where they may go, and how much is included. */
export function RunningTotal(props: RunningTotalProps) {
  const { days, projection, includedBytes, before } = props;
  const hasProjection = projection !== null;
  return (
    <Figure
      title="Running total"
      legend={
        <>
          <Key of="line-key">used</Key>
          {hasProjection && <Key of="projection">expected until the end</Key>}
          {includedBytes !== null && <Key of="allowance-key">allowance</Key>}
          {before !== null && <Key of="before-key">cycle before</Key>}
        </>
      }
      head={['Day', 'Until its end', ...(before === null ? [] : ['Cycle before'])]}
      rows={[
        ...days.map(({ day, total }, at) => [
          formatWeekday(day),
          total === null ? 'to come' : <Bytes value={total} />,
          ...(before === null ? [] : [<Bytes value={before[at]} />]),
        ]),
        ...(hasProjection
          ? [
              [
                'Expected at the end',
                <>
                  {formatBytes(projection.low)} to {formatBytes(projection.high)}
                </>,
              ],
            ]
          : []),
      ]}
    >
      {(width) => <Drawing {...props} width={width} />}
    </Figure>
  );
}

function Drawing({ days, projection, includedBytes, before, width }: RunningTotalProps & { readonly width: number }) {
  const known = days.flatMap(({ total }, at) => (total === null ? [] : [{ at, total }]));
  const last = known.at(-1);
  const highest = Math.max(last?.total ?? 0, projection?.high ?? 0, ...(before ?? []), 1);
  const shownAllowance = includedBytes !== null && includedBytes <= highest * MAX_HEADROOM ? includedBytes : null;
  const ticks = toTicks(Math.max(highest, shownAllowance ?? 0));
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const y = toLinear([0, ticks.at(-1) ?? 1], [bottom, MARGIN.top]);
  const x = toLinear([0, days.length], [MARGIN.left, right]);
  const xs = days.map((_, at) => x(at + 1));
  const used: [number, number][] = [
    [x(0), y(0)],
    ...known.map(({ at, total }): [number, number] => [x(at + 1), y(total)]),
  ];
  const end = x(days.length);
  const from = last === undefined ? null : ([x(last.at + 1), y(last.total)] as const);
  return (
    <Scan
      name="Bytes of the cycle until each day"
      width={width}
      height={HEIGHT}
      xs={xs}
      first={Math.max(0, known.length - 1)}
      describe={(at) => describeDay(days[at], includedBytes)}
    >
      {(shown) => (
        <>
          <ValueAxis ticks={ticks} y={y} left={MARGIN.left} right={right} />
          <DayAxis days={days.map(({ day }) => day)} xs={days.map((_, at) => x(at + 0.5))} y={bottom} />
          {shownAllowance !== null && <Allowance bytes={shownAllowance} y={y} left={MARGIN.left} right={right} />}
          {before !== null && (
            <path
              class="line before"
              d={toPath([[x(0), y(0)], ...before.map((total, at) => [x(at + 1), y(total)] as const)])}
            />
          )}
          {from !== null && projection !== null && from[0] < end && (
            <>
              <path class="projection" d={`${toPath([from, [end, y(projection.high)], [end, y(projection.low)]])}Z`} />
              <path class="line expected" d={toPath([from, [end, y(projection.expected)]])} />
            </>
          )}
          <path class="area" d={`${toPath(used)}L${from?.[0] ?? x(0)} ${bottom}L${x(0)} ${bottom}Z`} />
          <path class="line" d={toPath(used)} />
          {from !== null && <circle class="dot" cx={from[0]} cy={from[1]} r="4" />}
          {shown !== null && <line class="cursor" x1={xs[shown]} x2={xs[shown]} y1={MARGIN.top} y2={bottom} />}
        </>
      )}
    </Scan>
  );
}

/** The line of what is included, and that of the share from which on it gets close. */
function Allowance(props: {
  readonly bytes: number;
  readonly y: (bytes: number) => number;
  readonly left: number;
  readonly right: number;
}) {
  const { bytes, y, left, right } = props;
  const lines = [
    { of: 'allowance', at: bytes, name: 'allowance', x: left + 6, anchor: 'start' },
    {
      of: 'allowance soft',
      at: bytes * WARNING_SHARE,
      name: formatPercent(WARNING_SHARE),
      // Besides the other name, where the curve is still low.
      x: left + 84,
      anchor: 'start',
    },
  ] as const;
  return (
    <g>
      {lines.map(({ of, at, name, x, anchor }) => (
        <g key={of}>
          <line class={of} x1={left} x2={right} y1={y(at)} y2={y(at)} />
          <text class="allowance-name" x={x} y={y(at) - 5} text-anchor={anchor}>
            {name}
          </text>
        </g>
      ))}
    </g>
  );
}

function describeDay(day: CycleDay | undefined, includedBytes: number | null): string {
  if (day === undefined) return '';
  if (day.total === null) return `${formatWeekday(day.day)}: to come`;
  const share = includedBytes === null ? '' : `, ${formatPercent(day.total / includedBytes)} of the allowance`;
  return `Until ${formatWeekday(day.day)}: ${formatBytes(day.total)}${share}`;
}
