import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import type { StoreKind } from '../faults/fault.ts';
import { findFreePort } from '../../support/free-port.ts';
import { startSoakServer, type SoakServer } from './server.ts';
import { startSoakSimulator, type SoakSimulator } from './simulator.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

/** The server as built, the platform that it speaks to, and its store, each in a process of its own. */
export interface World {
  readonly server: SoakServer;
  readonly simulator: SoakSimulator;
  readonly dataDir: string;
  readonly postgres: TestPostgres | null;
  readonly smallDisk: SmallDisk | null;
  /** Stops the server, then the rest; resolves with how the server ended. */
  close(): Promise<string>;
}

export interface WorldOptions {
  /** The folder of the built product. */
  readonly builtFolder: string;
  readonly store: StoreKind;
  readonly callbackRetrySeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

const STOP_MS = 15_000;

export async function startSoakWorld({ builtFolder, store, ...options }: WorldOptions): Promise<World> {
  const ends: (() => Promise<unknown>)[] = [];
  const endAll = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const smallDisk = store === 'small-disk' ? await mountSmallDisk() : null;
    if (smallDisk !== null) ends.push(smallDisk.remove);
    const ownFolder = smallDisk === null ? await mkdtemp(path.join(tmpdir(), 'soak-')) : null;
    if (ownFolder !== null) ends.push(() => rm(ownFolder, { recursive: true, force: true }));
    const dataDir = path.join(smallDisk?.folder ?? ownFolder ?? '', 'data');
    const postgres = store === 'postgres' ? await startPostgres() : null;
    if (postgres !== null) ends.push(postgres.close);
    const databaseUrl = await postgres?.createDatabase();
    const simulator = await startSoakSimulator({ builtFolder, callbackRetrySeconds: options.callbackRetrySeconds });
    ends.push(() => simulator.program.stop(STOP_MS));
    const port = String(await findFreePort());
    const server = await startSoakServer({
      builtFolder,
      environment: {
        ...simulator.variables,
        PORT: port,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        DATA_DIR: dataDir,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...options.environment,
      },
    });
    return {
      server,
      simulator,
      dataDir,
      postgres,
      smallDisk,
      async close() {
        const ending = await server.program.stop(STOP_MS);
        await endAll();
        return ending;
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}
