import { findSlowing } from '../checks/loop-delay.ts';
import { pause } from '../time.ts';
import type { SoakServer } from '../world/server.ts';
import type { Fault } from './fault.ts';

/** No fault, for comparison. The event loop must be as fast in the last third as in the first. */
export const calm: Fault = {
  name: 'calm',
  title: 'nothing fails',
  hits: [],
  codes: [],
  recoverySeconds: 0,
  maxLogins: () => 1,
  store: 'sqlite',
  watch: ({ server }, seconds) => compareThirds(server, (seconds / 3) * 1_000),
  begin: () => Promise.resolve(() => Promise.resolve()),
};

async function compareThirds({ takeLoopDelay }: SoakServer, thirdMs: number): Promise<string[]> {
  await takeLoopDelay();
  await pause(thirdMs);
  const early = await takeLoopDelay();
  await pause(thirdMs);
  await takeLoopDelay();
  await pause(thirdMs);
  return findSlowing(early, await takeLoopDelay());
}
