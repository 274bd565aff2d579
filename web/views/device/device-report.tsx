import type { ApiError } from '../../api/client.ts';
import { Figure, Key } from '../../charts/figure.tsx';
import { plural } from '../../format/numbers.ts';
import { formatDuration, formatDay, formatWeekday } from '../../format/times.ts';
import type { DeviceQuery } from '../../graphql/graphql.ts';
import { Empty, Partial } from '../../parts/states.tsx';
import { Bytes, Count } from '../../parts/values.tsx';
import { toDay } from '../../state/days.ts';
import { param, replace } from '../../state/location.ts';
import { DeviceStats } from './device-stats.tsx';
import { describeDay, HeatMap } from './heat-map.tsx';
import { findUnsettledMs, toSessions } from './session-gaps.ts';
import { Week } from './week.tsx';

export type SessionsReport = NonNullable<DeviceQuery['sessionsReport']>;

/** The days of a device, and the sessions of one of its weeks. */
export function DeviceReport(props: {
  readonly imei: string;
  readonly report: SessionsReport;
  readonly errors: readonly ApiError[];
  readonly timeZone: string;
}) {
  const { imei, report, errors, timeZone } = props;
  const { daily, totals, freshness } = report;
  const sessions = toSessions(report.sessions);
  const [first] = daily;
  const last = daily.findLast(({ numberOfSessions }) => numberOfSessions > 0);
  if (first === undefined || last === undefined) {
    return (
      <Empty title="No session">
        <p>
          {first === undefined
            ? 'ThingSpace returned no days.'
            : `Device ${imei} has not been online since ${formatDay(first.date)}.`}
        </p>
      </Empty>
    );
  }
  const nowMs = Date.parse(freshness.asOf);
  const chosen = daily.find(({ date }) => date === param('day')) ?? last;
  return (
    <>
      <Partial errors={errors} />
      <DeviceStats report={report} sessions={sessions} nowMs={nowMs} timeZone={timeZone} />
      {totals.incompleteSessions > 0 && (
        <p class="notice">
          ThingSpace sent no valid times or bytes for {plural(totals.incompleteSessions, 'session')}. The sums leave
          these values out.
        </p>
      )}
      <Figure
        title={`The last ${daily.length} days`}
        summary={describeDay(chosen)}
        legend={<Legend />}
        head={['Day', 'Sessions', 'Bytes', 'Online']}
        rows={daily.map(({ date, numberOfSessions, numBytes, durationSeconds }) => [
          formatWeekday(date),
          <Count value={numberOfSessions} />,
          <Bytes value={numBytes} />,
          durationSeconds === null ? '–' : formatDuration(durationSeconds),
        ])}
      >
        {(width) => (
          <HeatMap
            days={daily}
            width={width}
            chosen={chosen.date}
            unsettledFrom={toDay(findUnsettledMs(sessions, nowMs), timeZone)}
            onChoose={(day) => replace({ day })}
          />
        )}
      </Figure>
      <Week
        sessions={sessions}
        day={chosen.date}
        bounds={[first.date, daily.at(-1)?.date ?? first.date]}
        nowMs={nowMs}
        timeZone={timeZone}
      />
    </>
  );
}

function Legend() {
  return (
    <>
      <Key of="day level-none">no session</Key>
      <Key of="day level-zero">sessions without bytes</Key>
      <span class="key">
        few bytes
        <svg width="74" height="12" aria-hidden="true">
          {[1, 2, 3, 4].map((level, at) => (
            <rect class={`day level-${level}`} x={1 + at * 18} y="1" width="16" height="10" rx="2" />
          ))}
        </svg>
        many
      </span>
      <Key of="day level-2 unsettled">not final yet</Key>
    </>
  );
}
