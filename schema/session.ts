import { toDurationSeconds, type Session, type SessionTotals } from '../src/domain/session.ts';
import { builder } from './builder.ts';
import type { DailyUsage } from '../src/domain/daily-series.ts';

export const SessionRef = builder.objectRef<Session>('Session').implement({
  description: 'One connection of a device.',
  fields: (t) => ({
    startTime: t.expose('startTime', {
      type: 'DateTime',
      description: 'When it began; null where the platform gave no time that can be read.',
    }),
    endTime: t.expose('endTime', {
      type: 'DateTime',
      description: 'When it ended; null while it is open, and where the platform gave no time that can be read.',
    }),
    numBytes: t.expose('numBytes', {
      type: 'SafeInt',
      description: 'Bytes; null where the platform gave no number that can be trusted.',
    }),
    durationSeconds: t.int({
      description: 'Seconds from start to end; null while it is open, and where its times make no duration.',
      resolve: (session) => toDurationSeconds(session),
    }),
  }),
});

const NUMBER_OF_SESSIONS = 'Sessions, open ones too.';
const NUM_BYTES = 'Bytes of these sessions together.';
const DURATION_SECONDS = 'Seconds of these sessions together; open ones have none yet.';
const INCOMPLETE_SESSIONS =
  'Sessions of which the platform left out or garbled the bytes or a time. The sums are without what is not known.';

export const SessionTotalsRef = builder.objectRef<SessionTotals>('SessionTotals').implement({
  description: 'Sums over the sessions of a report.',
  fields: (t) => ({
    numberOfSessions: t.exposeInt('numberOfSessions', { nullable: false, description: NUMBER_OF_SESSIONS }),
    numBytes: t.expose('numBytes', { type: 'SafeInt', nullable: false, description: NUM_BYTES }),
    durationSeconds: t.expose('durationSeconds', { type: 'SafeInt', nullable: false, description: DURATION_SECONDS }),
    incompleteSessions: t.exposeInt('incompleteSessions', { nullable: false, description: INCOMPLETE_SESSIONS }),
  }),
});

export const DailyUsageRef = builder.objectRef<DailyUsage>('DailyUsage').implement({
  description: 'One day of a device. A session that crosses midnight counts on the day it began.',
  fields: (t) => ({
    date: t.exposeString('date', {
      nullable: false,
      description: 'The day, such as "2026-05-31", in the time zone of the series.',
    }),
    numberOfSessions: t.exposeInt('numberOfSessions', { nullable: false, description: NUMBER_OF_SESSIONS }),
    numBytes: t.expose('numBytes', { type: 'SafeInt', nullable: false, description: NUM_BYTES }),
    durationSeconds: t.expose('durationSeconds', { type: 'SafeInt', nullable: false, description: DURATION_SECONDS }),
    incompleteSessions: t.exposeInt('incompleteSessions', { nullable: false, description: INCOMPLETE_SESSIONS }),
  }),
});
