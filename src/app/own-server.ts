import { ConfigError, readConfig, type Config } from '../config/config.ts';
import { systemClock } from '../domain/clock.ts';
import { StoreError } from '../async-reports/store/store-error.ts';
import { GRAPHQL_PATH } from '../graphql/yoga.ts';
import { startServer } from '../http/listen.ts';
import { createLog } from '../log.ts';
import type { Simulator } from '../simulator/index.ts';
import type { OwnProcess } from '../telemetry/process-metrics.ts';
import { startApp } from './app.ts';
import { describeStoreError } from './describe-store-error.ts';
import { toPlatform } from './simulated-platform.ts';

export interface OwnServerOptions {
  /** Settings by the names of their environment variables. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly log: { write(line: string): unknown };
  readonly ownProcess: OwnProcess;
}

/** A server for this process alone, on a free port of the loopback interface. */
export interface StartedOwnServer {
  /** The URL of its API. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** What the settings say besides, if nothing else is set: a command is no place for routine lines, and it ends before much is recorded. */
const DEFAULTS = { LOG_LEVEL: 'warn', LOG_FORMAT: 'text', RECORD: 'off' };
const OVERRIDES = { HOST, PORT: '0', SHUTDOWN_DELAY_SECONDS: '0', METRICS_PORT: undefined };

/** Starts a server that ends with the command that needs it. Without credentials, it has a simulator. Rejects with an Error that says why. */
export async function startOwnServer({ settings, log, ownProcess }: OwnServerOptions): Promise<StartedOwnServer> {
  const config = readConfig({ ...DEFAULTS, ...settings, ...OVERRIDES });
  const needsSimulator = config.platform.credentials === null && !config.auth.callersBringTokens;
  const simulator = needsSimulator ? await openSimulator() : null;
  try {
    const app = await startApp({
      ...toPlatform(config, simulator),
      clock: systemClock,
      log: createLog(config.server.logLevel, log, config.server.logFormat ?? 'text'),
      isSimulated: simulator !== null,
      ownProcess,
    });
    const server = await startServer(app.listener, {
      ...config.server,
      upgrade: app.upgrade,
      hasOwnTimeout: app.hasOwnTimeout,
    });
    if (simulator !== null) await app.registerListener(server.url);
    return {
      url: `${server.url}${GRAPHQL_PATH}`,
      async close() {
        await app.shutDown({ delayMs: 0, stopListening: server.stopListening });
        await server.close();
        await simulator?.close();
      },
    };
  } catch (error) {
    await simulator?.close();
    throw describe(error, config);
  }
}

async function openSimulator(): Promise<Simulator> {
  const { startSimulator } = await import('../simulator/index.ts');
  return startSimulator();
}

function describe(error: unknown, { store }: Config): unknown {
  if (!(error instanceof StoreError)) return error;
  const advice = store.databaseUrl === null ? ' If a server is running, pass its --url instead of --own-server.' : '';
  return new ConfigError(`${describeStoreError(error)}${advice}`, { cause: error });
}
