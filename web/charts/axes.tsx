import { createByteAxis } from '../format/numbers.ts';
import { formatDay } from '../format/times.ts';
import { toWeekday } from '../state/days.ts';
import type { Scale } from './scale.ts';

/** Lines across at round numbers of bytes, and their names at the left. */
export function ValueAxis(props: {
  readonly ticks: readonly number[];
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
}) {
  const { ticks, y, left, right } = props;
  const format = createByteAxis(ticks.at(-1) ?? 0);
  return (
    <g class="axis">
      {ticks.map((tick) => (
        <g key={tick}>
          <line class={tick === ticks[0] ? 'ground' : 'grid'} x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text x={left - 8} y={y(tick)} dy="0.32em" text-anchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}

const MIN_LABEL_PX = 58;

/** The first day and the Mondays, as far as there is room for them. */
export function DayAxis(props: {
  readonly days: readonly string[];
  readonly xs: readonly number[];
  readonly y: number;
}) {
  const { days, xs, y } = props;
  let last = -Infinity;
  const labels = days.flatMap((day, at) => {
    const x = xs[at] ?? 0;
    const isWanted = at === 0 || toWeekday(day) === 1 || days.length <= 8;
    if (!isWanted || x - last < MIN_LABEL_PX) return [];
    last = x;
    return [{ day, x }];
  });
  return (
    <g class="axis">
      {labels.map(({ day, x }) => (
        <text key={day} x={x} y={y + 18} text-anchor="middle">
          {formatDay(day)}
        </text>
      ))}
    </g>
  );
}
