import type { Fault } from './fault.ts';
import { pause } from '../time.ts';

const HOUR_MS = 3_600_000;

/** The server's clock jumps a day ahead, then to an hour behind, then to the right time. */
export const clockJumps: Fault = {
  name: 'clock-jumps',
  title: 'the clock jumps a day ahead, then to an hour behind',
  hits: [],
  codes: [],
  recoverySeconds: 5,
  maxLogins: () => 4,
  store: 'sqlite',
  async begin({ server }, seconds) {
    await server.moveClock(24 * HOUR_MS);
    const jumping = pause((seconds / 2) * 1_000).then(() => server.moveClock(-HOUR_MS));
    return async () => {
      await jumping;
      await server.moveClock(0);
    };
  },
};
