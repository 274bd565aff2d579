import { formatBytes } from '../../format/numbers.ts';
import { formatDuration, formatMoment, formatWeekday } from '../../format/times.ts';
import type { Lane, Piece } from './day-lanes.ts';
import type { Session } from './session-gaps.ts';

const LEFT = 92;
const TOP = 22;
const LANE = 30;
const BAR = 14;
/** A session of a minute would not be seen. */
const MIN_BAR_WIDTH = 3;
const HOURS = [0, 6, 12, 18, 24];

/** A lane per day, from midnight to midnight, with a bar for each session. */
export function Timeline(props: { readonly lanes: readonly Lane[]; readonly width: number; readonly zone: string }) {
  const { lanes, width, zone } = props;
  const height = TOP + lanes.length * LANE;
  const toX = (share: number): number => LEFT + share * (width - LEFT - 1);
  return (
    <svg
      class="timeline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden="true"
      focusable="false"
    >
      {HOURS.map((hour) => (
        <>
          <line class="grid" x1={toX(hour / 24)} x2={toX(hour / 24)} y1={TOP - 4} y2={height} />
          <text class="tick" x={toX(hour / 24)} y={TOP - 9} text-anchor={toAnchor(hour)}>
            {`${hour}:00`}
          </text>
        </>
      ))}
      {lanes.map(({ day, pieces }, at) => (
        <g key={day} transform={`translate(0 ${TOP + at * LANE})`}>
          <text class="tick" x={0} y={LANE / 2 + 4}>
            {formatWeekday(day)}
          </text>
          <line class="lane" x1={LEFT} x2={width} y1={LANE / 2} y2={LANE / 2} />
          {pieces.map((piece) => (
            <Bar piece={piece} toX={toX} zone={zone} />
          ))}
        </g>
      ))}
    </svg>
  );
}

function Bar({
  piece,
  toX,
  zone,
}: {
  readonly piece: Piece;
  readonly toX: (share: number) => number;
  readonly zone: string;
}) {
  const { session, from, to } = piece;
  const kind = session.bytes === 0 ? 'zero' : session.endMs === null ? 'open' : 'with-bytes';
  return (
    <rect
      class={`session ${kind}`}
      x={toX(from)}
      y={(LANE - BAR) / 2}
      width={Math.max(MIN_BAR_WIDTH, toX(to) - toX(from))}
      height={BAR}
      rx={2}
    >
      <title>{describeSession(session, zone)}</title>
    </rect>
  );
}

function describeSession({ startMs, endMs, bytes }: Session, zone: string): string {
  const length = endMs === null ? 'still open' : formatDuration(Math.round((endMs - startMs) / 1_000));
  return `${formatMoment(startMs, zone)}, ${length}, ${bytes === null ? 'bytes not known' : formatBytes(bytes)}`;
}

function toAnchor(hour: number): 'start' | 'middle' | 'end' {
  if (hour === 0) return 'start';
  return hour === 24 ? 'end' : 'middle';
}
