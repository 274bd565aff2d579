import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { schema as reports } from '../schema/index.ts';
import { startApp } from './app/app.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { systemClock } from './domain/clock.ts';
import { PLACEHOLDER_SAMPLES } from './graphql/graphiql/sample-tabs.ts';
import { createLog } from './log.ts';

/** Settings by the names of their environment variables, such as `process.env`. */
export type Settings = Readonly<Record<string, string | undefined>>;

export interface AppOptions {
  /** Receives the log, one line of JSON (or of text, see LOG_FORMAT) at a time. By default it goes to standard error. */
  readonly log?: { write(line: string): unknown };
}

export interface CloseOptions {
  /** Called when your server should accept no more connections, such as `() => server.close()`. Then no request gets 503. */
  readonly stopListening?: () => void;
}

/** The API, for a server of your own. */
export interface App {
  /** Handles a request: the API, GraphiQL, the overview page, callbacks, downloads and probes. It answers any other path with 404. */
  readonly listener: RequestListener;
  /** Handles a request for a WebSocket: `server.on('upgrade', app.upgrade)`. Without it, the API has no WebSockets. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Serves the metrics at /metrics, for a server on a port of its own. Null unless METRICS_PORT is set, to any port: nothing listens on it. */
  readonly metrics: RequestListener | null;
  /**
   * Announces the end for SHUTDOWN_DELAY_SECONDS (by default 0 here), ends subscriptions, waits up to SHUTDOWN_SECONDS for the other requests,
   * then closes the store. Later requests get 503. Does not close your server.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** The schema that every app serves, for tools. Its fields work only for requests to an app. */
export const schema: GraphQLSchema = reports;

/**
 * Opens the store and creates the API. Nothing listens until you pass the listener to a server. Rejects with an Error: its name is
 * ConfigError if settings are wrong or missing, and StoreError if the store cannot be opened.
 */
export async function createApp(settings: Settings, options: AppOptions = {}): Promise<App> {
  // Only whoever owns the server knows whether a load balancer is in front of it.
  const config = readConfig({ SHUTDOWN_DELAY_SECONDS: '0', ...settings });
  const { platform, auth, server } = config;
  if (platform.credentials === null && !auth.callersBringTokens) throw new ConfigError(NO_PLATFORM);
  const log = createLog(server.logLevel, options.log ?? process.stderr, server.logFormat ?? 'json');
  const cpuTimeMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const app = await startApp({
    config,
    samples: PLACEHOLDER_SAMPLES,
    clock: systemClock,
    log,
    cpuTimeMs,
    ownProcess: process,
  });
  const { shutdownDelayMs: delayMs } = config.shutdown;
  return {
    listener: app.listener,
    upgrade: app.upgrade,
    metrics: app.metrics,
    close: ({ stopListening = null } = {}) => app.shutDown({ delayMs, stopListening }),
  };
}

const NO_PLATFORM =
  'No platform is set. Set THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME and THINGSPACE_PASSWORD, or pass ' +
  'the environment of a simulator (startSimulator in device-reports-graphql/simulator).';
