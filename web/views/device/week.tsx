import { Figure, Key } from '../../charts/figure.tsx';
import { plural } from '../../format/numbers.ts';
import { formatDuration, formatMoment, formatRange } from '../../format/times.ts';
import { Bytes } from '../../parts/values.tsx';
import { addDays, listDays, toWeekday } from '../../state/days.ts';
import { createDayStart } from '../../state/day-start.ts';
import { linkHere } from '../../state/location.ts';
import { toLanes } from './day-lanes.ts';
import type { Session } from './session-gaps.ts';
import { Timeline } from './timeline.tsx';

/** The sessions of the week of a day, on a time line. `bounds` are the first and the last day that there are. */
export function Week(props: {
  readonly sessions: readonly Session[];
  readonly day: string;
  readonly bounds: readonly [first: string, last: string];
  readonly nowMs: number;
  readonly timeZone: string;
}) {
  const { sessions, day, bounds, nowMs, timeZone } = props;
  const from = toWeekStart(day, bounds);
  const to = addDays(from, 6);
  const days = listDays(from, to);
  const lanes = toLanes(sessions, days, { toStartMs: createDayStart(timeZone), nowMs });
  const shown = [...new Set(lanes.flatMap(({ pieces }) => pieces.map(({ session }) => session)))];
  return (
    <>
      <Figure
        title={`Sessions, ${formatRange(from, to)}`}
        summary={shown.length === 0 ? 'No session in these days.' : plural(shown.length, 'session')}
        legend={
          <>
            <Key of="session with-bytes">session</Key>
            <Key of="session zero">without bytes</Key>
            <Key of="session open">still open</Key>
          </>
        }
        head={['Began', 'Lasted', 'Bytes']}
        rows={shown.map(({ startMs, endMs, bytes }) => [
          formatMoment(startMs, timeZone),
          endMs === null ? 'still open' : formatDuration(Math.round((endMs - startMs) / 1_000)),
          <Bytes value={bytes} />,
        ])}
      >
        {(width) => <Timeline lanes={lanes} width={width} zone={timeZone} />}
      </Figure>
      <nav class="actions weeks" aria-label="Weeks">
        {from > bounds[0] && <a href={linkHere({ day: clamp(addDays(day, -7), bounds) })}>Week before</a>}
        {to < bounds[1] && <a href={linkHere({ day: clamp(addDays(day, 7), bounds) })}>Week after</a>}
      </nav>
    </>
  );
}

/** Monday of the week of a day; at the end of the days, the first of the last seven. */
function toWeekStart(day: string, [, last]: readonly [string, string]): string {
  const monday = addDays(day, 1 - toWeekday(day));
  const latest = addDays(last, -6);
  return monday < latest ? monday : latest;
}

function clamp(day: string, [first, last]: readonly [string, string]): string {
  if (day < first) return first;
  return day > last ? last : day;
}
