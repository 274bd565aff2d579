import { nowMs } from '../time.ts';
import type { SoakServer } from './server.ts';

/** Servers that share one store. The first one is measured. */
export interface Replicas {
  readonly count: number;
  /** The server with this index, as it was last started. */
  at(index: number): SoakServer;
  /** Kills a server, as a failing machine would. */
  kill(index: number): Promise<void>;
  /** Starts a killed server again. */
  start(index: number): Promise<void>;
  /** Whether a server was killed between the two moments (of `nowMs`). */
  wasKilledBetween(fromMs: number, toMs: number): boolean;
  /** How a server ended that nobody had killed; null while all run. */
  crash(): string | null;
  /** Stops all servers. Resolves with the different ways in which they ended. */
  stop(limitMs: number): Promise<string>;
}

/** Starts one server with each of the functions, one after the other. */
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
