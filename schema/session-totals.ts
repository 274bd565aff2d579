import type { DailyUsage } from '../src/domain/daily-series.ts';
import type { SessionTotals } from '../src/domain/session.ts';
import { builder } from './builder.ts';

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
