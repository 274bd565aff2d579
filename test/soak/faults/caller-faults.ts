import { findCrossings } from '../checks/crossings.ts';
import type { PlatformSessions } from '../world/sessions.ts';
import type { World } from '../world/world.ts';
import type { Fault } from './fault.ts';

/** Faults of one of several callers who bring platform tokens. The other callers must get right responses all the time. */
export const callerFaults: readonly Fault[] = [
  {
    name: 'one-signed-out',
    title: 'one of four callers is signed out at the platform',
    callers: 'platform-tokens',
    hits: ['session'],
    codes: ['UPSTREAM_UNAUTHENTICATED'],
    recoverySeconds: 1,
    // The logins of the callers. The server has no credentials.
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
        sessions.signInAgain();
        return Promise.resolve();
      };
    },
  },
];

function sessionsOf({ sessions }: Pick<World, 'sessions'>): PlatformSessions {
  if (sessions === null) throw new Error('This fault needs callers with their own sessions.');
  return sessions;
}
