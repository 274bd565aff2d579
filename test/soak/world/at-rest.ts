import type { Taken } from '../checks/run-record.ts';
import { runOne } from '../load/open-loop.ts';
import type { Need, Operation } from '../load/operations/operation.ts';
import { pause } from '../time.ts';
import type { World } from './world.ts';

const SETTLE_MS = 2_000;
/** Operations per server. */
const BURST = 60;

/** Measures without load. First opens as many connections as the servers may keep, so that only leaked ones make a difference. */
export async function measureAtRest(world: World, operations: readonly Operation[]): Promise<Taken> {
  const burst = (need: Need): Promise<unknown> => {
    const operation = operations.find(({ needs }) => needs.join() === need);
    if (operation === undefined) throw new Error(`No operation needs only the ${need}.`);
    return Promise.all(Array.from({ length: BURST * world.replicas.count }, () => runOne(operation)));
  };
  const endLatency = await world.simulator.fault({ latencyMilliseconds: 300 });
  await Promise.all([burst('platform'), burst('store')]);
  await endLatency();
  await pause(SETTLE_MS);
  return measure(world);
}

/** What the server uses now; of several, the first. */
export async function measure({ server }: World): Promise<Taken> {
  const { rssBytes, heapBytes, handles } = await server.measure();
  return { rssBytes, heapBytes, handles };
}
