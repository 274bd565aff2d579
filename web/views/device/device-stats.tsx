import type { ComponentChildren } from 'preact';
import { formatDuration, formatMoment, formatWeekday } from '../../format/times.ts';
import { plural } from '../../format/numbers.ts';
import { Bytes, Count, Stat } from '../../parts/values.tsx';
import { toDay } from '../../state/days.ts';
import { linkHere } from '../../state/location.ts';
import type { SessionsReport } from './device-report.tsx';
import { findLongestGap, type Session } from './session-gaps.ts';

/** The figures of a device, and what is unusual about it. */
export function DeviceStats(props: {
  readonly report: SessionsReport;
  readonly sessions: readonly Session[];
  readonly nowMs: number;
  readonly timeZone: string;
}) {
  const { report, sessions, nowMs, timeZone } = props;
  const { totals, daily } = report;
  const online = daily.filter(({ numberOfSessions }) => numberOfSessions > 0).length;
  const zero = sessions.filter(({ bytes }) => bytes === 0);
  const gap = findLongestGap(sessions, nowMs);
  const last = sessions.at(-1);
  const [busiest] = daily.toSorted((one, other) => (other.numBytes ?? 0) - (one.numBytes ?? 0));
  const toDayLink = (atMs: number) => (
    <a href={linkHere({ day: toDay(atMs, timeZone) })}>{formatMoment(atMs, timeZone)}</a>
  );
  return (
    <dl class="stats thirds">
      <Stat id="bytes" name="Transferred" note={plural(totals.numberOfSessions, 'session')}>
        <Bytes value={totals.numBytes} />
      </Stat>
      <Stat id="online" name="Days online" note={`of ${daily.length} days`}>
        <Count value={online} />
      </Stat>
      {last !== undefined && (
        <Stat id="last" name="Last session" note={<>began {toDayLink(last.startMs)}</>}>
          {last.endMs === null ? 'open now' : `${toLength(last.endMs, nowMs)} ago`}
        </Stat>
      )}
      {gap !== null && (
        <Stat
          id="gap"
          name="Longest gap"
          note={
            <>
              from {toDayLink(gap.fromMs)} to {gap.isOpen ? 'now' : toDayLink(gap.toMs)}
            </>
          }
        >
          <data value={Math.round((gap.toMs - gap.fromMs) / 1_000)}>{toLength(gap.fromMs, gap.toMs)}</data>
        </Stat>
      )}
      {busiest !== undefined && (
        <Stat
          id="busiest"
          name="Busiest day"
          note={<a href={linkHere({ day: busiest.date })}>{formatWeekday(busiest.date)}</a>}
        >
          <Bytes value={busiest.numBytes} />
        </Stat>
      )}
      <Stat id="zero" name="Sessions without bytes" note={<LatestZero zero={zero} toDayLink={toDayLink} />}>
        <Count value={zero.length} />
      </Stat>
    </dl>
  );
}

function LatestZero(props: {
  readonly zero: readonly Session[];
  readonly toDayLink: (atMs: number) => ComponentChildren;
}) {
  const latest = props.zero.at(-1);
  return latest === undefined ? (
    <>every session transferred something</>
  ) : (
    <>the latest on {props.toDayLink(latest.startMs)}</>
  );
}

function toLength(fromMs: number, toMs: number): string {
  return formatDuration(Math.max(0, Math.round((toMs - fromMs) / 1_000)));
}
