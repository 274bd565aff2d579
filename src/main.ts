import { startApp, type App } from './app/app.ts';
import { describeStoreError } from './app/describe-store-error.ts';
import { createStartProgress, type StartProgress } from './app/start-progress.ts';
import { toPlatform } from './app/simulated-platform.ts';
import { toStartLine, toStartText } from './app/start-text.ts';
import { StoreError } from './async-reports/store/store-error.ts';
import { ConfigError, readConfig, type Config } from './config/config.ts';
import { hideSecrets } from './domain/callback-address.ts';
import { systemClock } from './domain/clock.ts';
import { GRAPHQL_PATH } from './graphql/yoga.ts';
import { startServer, type RunningServer } from './http/listen.ts';
import { createLog, joinLines, type ServerLog } from './log.ts';
import type { Simulator } from './simulator/index.ts';

const SLOW_MS = 1_000;
/** How long a routine line may wait for others. */
const JOIN_LINES_MS = 20;

await run().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const config = readConfig(process.env);
  const lines = joinLines(process.stderr, (flush) => void systemClock.after(JOIN_LINES_MS, flush));
  process.once('exit', lines.flush);
  const { logLevel, logFormat } = config.server;
  const log = createLog(logLevel, lines, logFormat ?? (config.graphql.isProduction ? 'json' : 'text'));
  const progress = createStartProgress({
    after: systemClock.after,
    slowMs: SLOW_MS,
    report: (step) => log.info(`still starting: ${step}`),
  });
  const needsSimulator = config.platform.credentials === null && !config.auth.callersBringTokens;
  const simulator = needsSimulator ? await progress.during('starting the simulator', openSimulator()) : null;
  try {
    await serve({ config, log, progress, simulator });
  } catch (error) {
    await simulator?.close();
    throw error;
  } finally {
    progress.end();
  }
}

async function openSimulator(): Promise<Simulator> {
  const { startSimulator } = await import('./simulator/index.ts');
  return startSimulator();
}

interface Start {
  readonly config: Config;
  readonly log: ServerLog;
  readonly progress: StartProgress;
  readonly simulator: Simulator | null;
}

async function serve(start: Start): Promise<void> {
  const { config, log, progress, simulator } = start;
  const { host } = config.server;
  let isStarted = false;
  const { databaseUrl, dataDir } = config.store;
  const starting = startApp({
    ...toPlatform(config, simulator),
    clock: systemClock,
    log,
    isSimulated: simulator !== null,
    cpuTimeMs: () => toMilliseconds(process.cpuUsage()),
    ownProcess: process,
    isStarted: () => isStarted,
  });
  const place = databaseUrl === null ? `SQLite in ${dataDir}` : 'PostgreSQL at DATABASE_URL';
  const app = await progress.during(`opening ${place}`, starting);
  try {
    const server = await progress.during(
      `listening on ${host}`,
      startServer(app.listener, { ...config.server, upgrade: app.upgrade, hasOwnTimeout: app.hasOwnTimeout }),
    );
    const metricsServer = await openMetrics(start, app);
    stopOnSignal(start, { server, metricsServer, app });
    const localUrl = toLocalUrl(server.url);
    if (simulator !== null)
      await progress.during('registering with the simulator', registerWithSimulator(app, localUrl, log));
    const callbackUrl = hideSecrets(app.toCallbackUrl(localUrl));
    const facts = { serverUrl: server.url, graphqlPath: GRAPHQL_PATH, callbackUrl, config, simulator };
    isStarted = true;
    log.info({ node: process.version, ...toStartLine(facts) }, 'started');
    process.stdout.write(toStartText(facts));
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Listens on METRICS_PORT, if it is set. */
async function openMetrics({ config, log }: Start, { metrics }: App): Promise<RunningServer | null> {
  const { metricsHost: host, metricsPort: port } = config.metrics;
  if (metrics === null || port === null) return null;
  const { requestTimeoutMs } = config.server;
  const server = await startServer(metrics, { host, port, requestTimeoutMs });
  log.info({ url: server.url }, 'serving metrics');
  return server;
}

function toMilliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

/**
 * A failure is only a warning: everything but asynchronous reports works without callbacks. The simulator posts only to this
 * machine, and to the ports that the platform allows.
 */
async function registerWithSimulator(app: App, localUrl: string, log: ServerLog): Promise<void> {
  await app.registerListener(localUrl).catch((error: unknown) => {
    log.warn({ err: error }, 'the simulator cannot post its messages to this server; set HOST to 127.0.0.1');
  });
}

/** The server's URL as seen from this machine: a wildcard address becomes the loopback address. */
function toLocalUrl(serverUrl: string): string {
  return serverUrl.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

interface Running {
  readonly server: RunningServer;
  readonly metricsServer: RunningServer | null;
  readonly app: App;
}

/** Stops on the first SIGTERM or SIGINT. A second one ends the process at once. */
function stopOnSignal({ config, log, simulator }: Start, { server, metricsServer, app }: Running): void {
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const delayMs = isInteractive(signal, config) ? 0 : config.shutdown.shutdownDelayMs;
    log.info({ signal }, 'received a signal to stop; another one ends the process at once');
    await app.shutDown({ delayMs, stopListening: server.stopListening });
    await server.close();
    await metricsServer?.close();
    await simulator?.close();
    log.info('stopped');
    process.exit(0);
  };
  let stopsSinceMs: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const nowMs = systemClock.monotonic();
      if (stopsSinceMs !== null) {
        if (signal === 'SIGINT' && isRunByNpm() && nowMs - stopsSinceMs < MAX_ECHO_MS) return;
        log.warn({ signal }, 'received a second signal, so the process ends with requests in progress');
        process.exit(1);
      }
      stopsSinceMs = nowMs;
      stop(signal).catch((error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      });
    });
  }
}

/** On Ctrl+C, npm sends the server another SIGINT besides that of the terminal. A person takes longer for a second one. */
const MAX_ECHO_MS = 250;

function isRunByNpm(): boolean {
  return process.env['npm_lifecycle_event'] !== undefined;
}

/** Whether somebody who develops has pressed Ctrl+C, and no load balancer has to notice. */
function isInteractive(signal: NodeJS.Signals, { graphql }: Config): boolean {
  return signal === 'SIGINT' && (process.stdin.isTTY || !graphql.isProduction);
}

function describeError(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof StoreError) return describeStoreError(error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `${message}. Another program is using this port. Set PORT to a free one. For metrics, that is METRICS_PORT.`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return `${message}. Set HOST and PORT to an address that this user may listen on.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${message}. Set HOST to an address of this machine, such as 127.0.0.1, or to 0.0.0.0 for all of them.`;
  return error instanceof Error ? (error.stack ?? message) : String(error);
}
