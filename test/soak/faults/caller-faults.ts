import { findCrossings } from '../judge/crossings.ts';
import type { PlatformSessions } from '../world/sessions.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './fault.ts';

/** Faults of one caller among several who bring the platform's own tokens: what the others get has to be right all the time. */
export const callerFaults: readonly Fault[] = [
  {
    name: 'one-signed-out',
    title:
      'of four callers with sessions of their own, one is signed out at the platform, and signs in again at the end',
    callers: 'platform-tokens',
    hits: ['session'],
    codes: ['UPSTREAM_UNAUTHENTICATED'],
    recoverySeconds: 1,
    // Those of the callers; the server has no credentials.
    maxLogins: () => 5,
    store: 'sqlite',
    async check({ world, parties }) {
      const { all } = sessionsOf(world);
      const askers = parties.map(({ asked }, index) => ({ token: all[index]?.token ?? '', asked }));
      return findCrossings(await world.simulator.calls(), askers);
    },
    async begin(world) {
      const sessions = sessionsOf(world);
      await sessions.end();
      return () => {
        sessions.goOn();
        return Promise.resolve();
      };
    },
  },
];

function sessionsOf({ sessions }: Pick<World, 'sessions'>): PlatformSessions {
  if (sessions === null) throw new Error('This fault needs callers with sessions of their own.');
  return sessions;
}
