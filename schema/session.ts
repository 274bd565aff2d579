import { toDurationSeconds, type Session } from '../src/domain/session.ts';
import { builder } from './builder.ts';

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
