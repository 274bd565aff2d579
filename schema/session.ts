import { toDurationSeconds, type Session, type SessionTotals } from '../src/domain/session.ts';
import { fixedText } from './rules/value-size.ts';
import { builder } from './builder.ts';
import { NULL_SUM, toSumOrThrow } from './sum.ts';
import type { DailyUsage } from '../src/domain/daily-series.ts';

type Types = typeof builder.$inferSchemaTypes;

export const SessionRef = builder.objectRef<Session>('Session').implement({
  description: 'A data session: a period in which the device was connected.',
  fields: (t) => ({
    startTime: t.expose('startTime', {
      type: 'DateTime',
      description: 'When the session began; null if ThingSpace sent no valid time.',
    }),
    endTime: t.expose('endTime', {
      type: 'DateTime',
      description: 'When the session ended; null while it is open, or if ThingSpace sent no valid time.',
    }),
    numBytes: t.expose('numBytes', {
      type: 'SafeInt',
      description: 'Bytes transferred in the session; null if ThingSpace sent no valid number.',
    }),
    durationSeconds: t.int({
      description:
        'Seconds from startTime to endTime, rounded; null while the session is open, or if the times are not valid.',
      resolve: (session) => toDurationSeconds(session),
    }),
  }),
});

/** The sums over any sessions. */
function sumFields<T extends SessionTotals>(t: PothosSchemaTypes.ObjectFieldBuilder<Types, T>) {
  return {
    numberOfSessions: t.int({
      nullable: false,
      description: 'Sessions, open ones too.',
      resolve: ({ numberOfSessions }) => numberOfSessions,
    }),
    numBytes: t.field({
      type: 'SafeInt',
      description: `Total bytes of these sessions. ${NULL_SUM}`,
      resolve: ({ numBytes }, _, { errorCount }) => toSumOrThrow('numBytes', numBytes, errorCount),
    }),
    durationSeconds: t.field({
      type: 'SafeInt',
      description: `Total seconds of these sessions, without open ones. ${NULL_SUM}`,
      resolve: ({ durationSeconds }, _, { errorCount }) => toSumOrThrow('durationSeconds', durationSeconds, errorCount),
    }),
    incompleteSessions: t.int({
      nullable: false,
      description:
        'Number of sessions with missing or invalid bytes or times. The sums leave these values out. An open session may lack its endTime.',
      resolve: ({ incompleteSessions }) => incompleteSessions,
    }),
  };
}

export const SessionTotalsRef = builder.objectRef<SessionTotals>('SessionTotals').implement({
  description: 'Totals of the sessions of a report.',
  fields: sumFields,
});

export const DailyUsageRef = builder.objectRef<DailyUsage>('DailyUsage').implement({
  description: 'Usage of a device on one day. A session that crosses midnight counts on the day it began.',
  fields: (t) => ({
    date: t.exposeString('date', {
      extensions: fixedText('-000001-12-31'.length),
      nullable: false,
      description: 'The calendar day in timeZone, such as "2026-05-31".',
    }),
    partial: t.exposeBoolean('partial', {
      description:
        'True if the window covers only a part of the day, because it starts after the day did or ends before the day does; always true in ' +
        'dailyBefore. A window without an endDate ends at freshness.asOf. Null if only ThingSpace knows: on the first row if startDate is ' +
        'omitted or a keyword, and on the last row if endDate is a keyword.',
    }),
    ...sumFields(t),
  }),
});
