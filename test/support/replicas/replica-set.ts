import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BuiltServer, StartedServer } from '../world/built-server.ts';
import type { Answer } from '../world/world.ts';

/** A server of several on one PostgreSQL, in a process of its own. */
export interface ReplicaProcess {
  readonly url: string;
  query(document: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** Kills it as a failing machine would. */
  kill(): Promise<void>;
  /** Its log so far. */
  log(): string;
}

export interface ReplicaSet {
  /** Starts another one. */
  start(environment?: Record<string, string>): Promise<ReplicaProcess>;
  /** Kills all of them. */
  close(): Promise<void>;
}

/** Creates servers on this database. The environment, which names their platform, is that of each of them. */
export async function createReplicaSet(
  built: BuiltServer,
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<ReplicaSet> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'replicas-'));
  const started: StartedServer[] = [];
  return {
    async start(own = {}) {
      const server = built.start({
        DATABASE_URL: databaseUrl,
        DATA_DIR: path.join(dataDir, String(started.length)),
        CACHE_MAX_BYTES: '0',
        ACCESS_LOG: 'false',
        ...environment,
        ...own,
      });
      started.push(server);
      const url = await server.address('API');
      return {
        url,
        async query(document, variables, headers = {}) {
          const response = await fetch(url, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', ...headers },
            body: JSON.stringify({ query: document, variables }),
          });
          const { data = null, errors = [], extensions = {} } = (await response.json()) as Partial<Answer>;
          return { status: response.status, data, errors, extensions };
        },
        kill: () => kill(server),
        log: () => server.complaints(),
      };
    },
    async close() {
      await Promise.all(started.map(kill));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function kill({ process }: StartedServer): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exited = once(process, 'exit');
  process.kill('SIGKILL');
  await exited;
}
