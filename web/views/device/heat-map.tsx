import { formatBytes, plural } from '../../format/numbers.ts';
import { formatMonth, formatWeekday, formatWeekdayName } from '../../format/times.ts';
import { addDays, countDays, toWeekday } from '../../state/days.ts';
import { toLevels, type Day } from './day-levels.ts';

const DAYS_PER_WEEK = 7;
/** Room for the names of the weekdays, and of the months. */
const LEFT = 34;
const TOP = 20;
const GAP = 3;
const MAX_CELL = 32;
const NAMED_WEEKDAYS = [1, 3, 5];

const KEYS: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  ArrowLeft: -DAYS_PER_WEEK,
  ArrowRight: DAYS_PER_WEEK,
  PageUp: -28,
  PageDown: 28,
  Home: -Infinity,
  End: Infinity,
};

/** A cell per day, a column per week. One day is chosen, by pointer or arrow keys. */
export function HeatMap(props: {
  readonly days: readonly Day[];
  readonly width: number;
  readonly chosen: string;
  /** From this day on, days can still change. */
  readonly unsettledFrom: string;
  readonly onChoose: (day: string) => void;
}) {
  const { days, width, chosen, unsettledFrom, onChoose } = props;
  const levels = toLevels(days);
  const first = days[0]?.date ?? chosen;
  const monday = addDays(first, 1 - toWeekday(first));
  const weeks = Math.ceil((countDays(monday, days.at(-1)?.date ?? first) + 1) / DAYS_PER_WEEK);
  const step = Math.min(MAX_CELL + GAP, Math.floor(((width - LEFT) / weeks) * 100) / 100);
  const size = step - GAP;
  const height = TOP + DAYS_PER_WEEK * step;
  const toX = (day: string): number => LEFT + Math.floor(countDays(monday, day) / DAYS_PER_WEEK) * step;
  const toY = (day: string): number => TOP + (toWeekday(day) - 1) * step;
  const at = days.findIndex(({ date }) => date === chosen);
  const now = days[at];
  const choose = (to: number): void => {
    const day = days[Math.max(0, Math.min(days.length - 1, to))];
    if (day !== undefined) onChoose(day.date);
  };
  return (
    <div
      class="scan heat"
      role="slider"
      tabIndex={0}
      aria-label="Day"
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={days.length - 1}
      aria-valuenow={at}
      aria-valuetext={now === undefined ? chosen : describeDay(now)}
      onKeyDown={(event) => {
        const by = KEYS[event.key];
        if (by === undefined) return;
        event.preventDefault();
        choose(at + by);
      }}
    >
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
        {toMonths(days).map((day) => (
          <text class="tick" x={toX(day)} y={TOP - 7}>
            {formatMonth(day)}
          </text>
        ))}
        {NAMED_WEEKDAYS.map((weekday) => (
          <text class="tick" x={0} y={TOP + (weekday - 1) * step + size / 2 + 4}>
            {formatWeekdayName(addDays(monday, weekday - 1))}
          </text>
        ))}
        {days.map((day, index) => (
          <rect
            key={day.date}
            class={`day level-${levels[index] ?? 'none'}${day.date >= unsettledFrom ? ' unsettled' : ''}`}
            data-day={day.date}
            x={toX(day.date)}
            y={toY(day.date)}
            width={size}
            height={size}
            rx={Math.min(4, size / 4)}
            onClick={() => onChoose(day.date)}
          >
            <title>{describeDay(day)}</title>
          </rect>
        ))}
        {now !== undefined && (
          <rect class="chosen" x={toX(chosen) - 2} y={toY(chosen) - 2} width={size + 4} height={size + 4} rx={5} />
        )}
      </svg>
    </div>
  );
}

/** Such as Sun, 31 May: 3 sessions, 1.2 MB. */
export function describeDay({ date, numberOfSessions, numBytes }: Day): string {
  if (numberOfSessions === 0) return `${formatWeekday(date)}: no session`;
  const bytes = numBytes === null || numBytes === undefined ? 'bytes not known' : formatBytes(numBytes);
  return `${formatWeekday(date)}: ${plural(numberOfSessions, 'session')}, ${bytes}`;
}

/** The first day of each month whose name has room: the month of the first column may have too few days. */
function toMonths(days: readonly Day[]): string[] {
  const firsts = days.filter(({ date }) => date.endsWith('-01')).map(({ date }) => date);
  const [first] = days;
  const isRoomy = first !== undefined && firsts[0] !== undefined && countDays(first.date, firsts[0]) >= 21;
  return isRoomy ? [first.date, ...firsts] : firsts;
}
