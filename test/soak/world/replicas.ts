import { nowMs } from '../time.ts';
import type { SoakServer } from './server.ts';

/** Servers that share one store; the first is the one that is measured. */
export interface Replicas {
  readonly count: number;
  /** The one in that place, as it was started last. */
  at(index: number): SoakServer;
  /** Ends one at once, as a machine that fails does. */
  kill(index: number): Promise<void>;
  /** Starts one again that was killed. */
  start(index: number): Promise<void>;
  /** Whether one was killed between the two moments (of `nowMs`). */
  wasKilledBetween(fromMs: number, toMs: number): boolean;
  /** How one ended that nobody killed, in words; null while all run. */
  crash(): string | null;
  /** Stops all; resolves with how they ended, in the words of one where they agree. */
  stop(limitMs: number): Promise<string>;
}

/** Starts as many as there are ways to start one, the first before the others. */
export async function startReplicas(starts: readonly (() => Promise<SoakServer>)[]): Promise<Replicas> {
  const servers: SoakServer[] = [];
  const kills: number[] = [];
  const dead = new Set<number>();
  const at = (index: number): SoakServer => {
    const server = servers[index];
    if (server === undefined) throw new Error(`There is no server ${index}.`);
    return server;
  };
  const stop = async (limitMs: number): Promise<string> => {
    const living = servers.filter((_, index) => !dead.has(index));
    const endings = await Promise.all(living.map(({ program }) => program.stop(limitMs)));
    return [...new Set(endings)].join(', ');
  };
  try {
    for (const start of starts) servers.push(await start());
  } catch (error) {
    await stop(0);
    throw error;
  }
  return {
    count: servers.length,
    at,
    async kill(index) {
      dead.add(index);
      kills.push(nowMs());
      await at(index).program.kill();
    },
    async start(index) {
      const start = starts[index];
      if (start === undefined || !dead.has(index)) throw new Error(`Server ${index} was not killed.`);
      servers[index] = await start();
      dead.delete(index);
    },
    wasKilledBetween: (fromMs, toMs) => kills.some((atMs) => atMs >= fromMs && atMs <= toMs),
    crash: () =>
      servers.find(({ program }, index) => !dead.has(index) && program.ending() !== null)?.program.ending() ?? null,
    stop,
  };
}
