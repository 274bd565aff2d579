import { once } from 'node:events';
import type { BuiltServer, StartedServer } from '../world/built-server.ts';
import type { ReadinessBalancer } from './balancer.ts';

/** One of several servers behind a load balancer, on a port of its own. */
export interface Replica {
  readonly port: number;
  /** Starts it. Resolves when the load balancer sends requests to it. */
  start(): Promise<void>;
  /** Sends SIGTERM. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Kills it as a failing machine would. */
  kill(): Promise<void>;
  /** Its log so far, of all its starts. */
  log(): string;
}

/** Creates a server that has not started yet. */
export function createReplica(
  built: BuiltServer,
  port: number,
  balancer: () => ReadinessBalancer,
  environment: Record<string, string>,
): Replica {
  const started: StartedServer[] = [];
  const current = (): StartedServer => {
    const server = started.at(-1);
    if (server === undefined) throw new Error('it was not started');
    return server;
  };
  return {
    port,
    async start() {
      started.push(built.start({ ...environment, PORT: String(port) }));
      await current().address('API');
      while (!balancer().ready().includes(port)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    stop() {
      current().process.kill('SIGTERM');
      return current().exited();
    },
    async kill() {
      const { process } = current();
      if (process.exitCode !== null || process.signalCode !== null) return;
      const exited = once(process, 'exit');
      process.kill('SIGKILL');
      await exited;
    },
    log: () => started.map((server) => server.complaints()).join(''),
  };
}
