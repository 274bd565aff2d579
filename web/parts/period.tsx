import { formatRange } from '../format/times.ts';
import { addDays, isDay, toWeekday } from '../state/days.ts';
import { change, linkHere } from '../state/location.ts';
import { earliestDay, range, today, type Range } from '../state/scope.ts';

interface Preset extends Range {
  readonly name: string;
}

/** Whole days until yesterday: today is not over. On a Monday, the last seven days are the last week, which has the plainer name. */
function toPresets(now: string): Preset[] {
  const yesterday = addDays(now, -1);
  const monday = addDays(now, -toWeekday(now) - 6);
  return [
    ...(toWeekday(now) === 1 ? [] : [{ name: 'Last 7 days', from: addDays(now, -7), to: yesterday }]),
    { name: 'Last week', from: monday, to: addDays(monday, 6) },
    { name: 'Last 30 days', from: addDays(now, -30), to: yesterday },
  ];
}

/** Which days the view is about. */
export function Period() {
  const { from, to } = range.value;
  const set = (days: Range): void => {
    if (isDay(days.from) && isDay(days.to))
      change(days.from <= days.to ? { ...days } : { from: days.to, to: days.from });
  };
  return (
    <div class="period">
      <nav aria-label="Period" class="chips">
        {toPresets(today.value).map((preset) => (
          <a
            key={preset.name}
            href={linkHere({ from: preset.from, to: preset.to })}
            aria-current={preset.from === from && preset.to === to ? 'true' : undefined}
            title={formatRange(preset.from, preset.to)}
          >
            {preset.name}
          </a>
        ))}
      </nav>
      <div class="dates">
        <label>
          <span>From</span>
          <input
            type="date"
            value={from}
            min={earliestDay.value}
            max={today.value}
            onChange={(event) => set({ from: event.currentTarget.value, to })}
          />
        </label>
        <label>
          <span>To</span>
          <input
            type="date"
            value={to}
            min={earliestDay.value}
            max={today.value}
            onChange={(event) => set({ from, to: event.currentTarget.value })}
          />
        </label>
      </div>
    </div>
  );
}
