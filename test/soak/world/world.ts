import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, type TestPostgres } from '../../support/postgres/postgres.ts';
import type { CallerKind, StoreKind } from '../faults/fault.ts';
import { findFreePort } from '../../support/free-port.ts';
import { startBalancer } from './balancer.ts';
import { startSoakIssuer, type SoakIssuer } from './issuer.ts';
import { startProgram } from './process.ts';
import { startReplicas, type Replicas } from './replicas.ts';
import { startSoakServer, type SoakServer } from './server.ts';
import { openPlatformSessions, type PlatformSessions } from './sessions.ts';
import { startSoakSimulator, type SoakSimulator } from './simulator.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

/** The built server, its platform and its store, each in a process of its own. */
export interface World {
  /** The server, or the first of several. */
  readonly server: SoakServer;
  readonly replicas: Replicas;
  /** The address for callers. */
  readonly url: string;
  /** The metrics of the first server; null if it measures nothing. */
  readonly metricsUrl: string | null;
  readonly simulator: SoakSimulator;
  readonly dataDir: string;
  readonly postgres: TestPostgres | null;
  readonly smallDisk: SmallDisk | null;
  /** The issuer of the callers' tokens, if they need tokens. */
  readonly issuer: SoakIssuer | null;
  /** The sessions of the callers, if they bring platform tokens. */
  readonly sessions: PlatformSessions | null;
  /** Clears the servers' login history, as an operator would. */
  resetSignIn(): Promise<void>;
  /** Stops the servers, then the rest. Resolves with how the servers ended. */
  close(): Promise<string>;
}

export interface WorldOptions {
  /** The folder of the built product. */
  readonly builtFolder: string;
  readonly store: StoreKind;
  readonly callers: CallerKind;
  readonly replicas: number;
  readonly callbackRetrySeconds: number;
  /** Whether the first server serves metrics. */
  readonly isMeasured: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

const STOP_MS = 15_000;

export async function startSoakWorld({ builtFolder, store, callers, ...options }: WorldOptions): Promise<World> {
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
    const issuer =
      callers === 'tokens' ? await startSoakIssuer(simulator.variables['THINGSPACE_ACCOUNT_NUMBER'] ?? '') : null;
    if (issuer !== null) ends.push(issuer.close);
    const sessions = callers === 'platform-tokens' ? await openPlatformSessions(simulator) : null;
    const ports = await Promise.all(Array.from({ length: options.replicas }, findFreePort));
    const balancer = ports.length > 1 ? await startBalancer(ports) : null;
    if (balancer !== null) ends.push(balancer.close);
    const environment = {
      ...toPlatformVariables(simulator, callers),
      ...issuer?.variables,
      PUBLIC_URL: balancer?.url ?? `http://127.0.0.1:${ports[0] ?? 0}`,
      DATA_DIR: dataDir,
      SHUTDOWN_DELAY_SECONDS: '0',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...options.environment,
    };
    const metricsPort = options.isMeasured ? await findFreePort() : null;
    const toMetrics = (index: number): Record<string, string> =>
      metricsPort === null || index > 0 ? {} : { METRICS_PORT: String(metricsPort) };
    const replicas = await startReplicas(
      ports.map((port, index) => () => {
        const variables = { ...environment, PORT: String(port), ...toMetrics(index) };
        return startSoakServer({ builtFolder, environment: variables });
      }),
    );
    return {
      server: replicas.at(0),
      replicas,
      url: balancer === null ? replicas.at(0).url : `${balancer.url}${new URL(replicas.at(0).url).pathname}`,
      metricsUrl: metricsPort === null ? null : `http://127.0.0.1:${metricsPort}/metrics`,
      simulator,
      dataDir,
      postgres,
      smallDisk,
      issuer,
      sessions,
      resetSignIn: () => resetSignIn(builtFolder, environment),
      async close() {
        const ending = await replicas.stop(STOP_MS);
        await endAll();
        return ending;
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}

function toPlatformVariables({ variables }: SoakSimulator, callers: CallerKind): Record<string, string> {
  if (callers !== 'platform-tokens') return { ...variables };
  const { THINGSPACE_BASE_URL = '', THINGSPACE_ACCOUNT_NUMBER = '' } = variables;
  return { THINGSPACE_BASE_URL, THINGSPACE_ACCOUNT_NUMBER, THINGSPACE_CREDENTIALS: 'caller' };
}

async function resetSignIn(builtFolder: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const args = [path.join(builtFolder, 'reset-sign-in.js')];
  const program = startProgram({ name: 'The sign-in reset', args, environment, cwd: builtFolder, hasIpc: false });
  const ending = await program.ended();
  if (ending !== 'exit code 0') throw new Error(`The sign-in reset ended with ${ending}: ${program.lastOutput()}`);
}
