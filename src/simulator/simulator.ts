import { randomUUID } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { ACCOUNT_NUMBER, CREDENTIALS, type Credentials } from './account.ts';
import { createAdmin } from './admin/admin.ts';
import { createCallbackPost } from './callbacks/callback-post.ts';
import { createCallbackSender } from './callbacks/callback-sender.ts';
import { createListenerRoutes } from './callbacks/listener-routes.ts';
import { createListeners } from './callbacks/listeners.ts';
import { createFaults } from './faults/faults.ts';
import type { SimulatedDevice } from './fleet/device.ts';
import { createFleet } from './fleet/fleet.ts';
import { createUsage } from './fleet/usage.ts';
import { createCallLog } from './http/call-log.ts';
import type { Routes } from './http/routes.ts';
import { createHttpServer } from './http/server.ts';
import { createPlatform } from './platform.ts';
import { createRandom, hashText } from './random.ts';
import { createAggregate } from './reports/aggregate.ts';
import { createAggregateRoute } from './reports/aggregate-route.ts';
import { createAsyncAggregateRoute } from './reports/async-aggregate-route.ts';
import type { ContractVersion } from './reports/report-fields.ts';
import { createSessionsRoute } from './reports/sessions-route.ts';
import { createAccess } from './sign-in/access.ts';
import { createBearerTokens } from './sign-in/bearer-tokens.ts';
import { createSessionRoutes } from './sign-in/session-routes.ts';
import { createSessionTokens } from './sign-in/session-tokens.ts';
import { createTokenRoute } from './sign-in/token-route.ts';
import { createUser } from './sign-in/user.ts';
import { waitByTimer, type Wait } from './wait.ts';

/** Defaults: any free port on 127.0.0.1, the newest contract, and the token lifetimes of the platform. */
export interface SimulatorOptions {
  host?: string;
  port?: number;
  version?: ContractVersion;
  now?: () => number;
  wait?: Wait;
  bearerLifetimeSeconds?: number;
  sessionIdleMinutes?: number;
  callbackDelayMilliseconds?: number;
  callbackRetrySeconds?: number;
  /** Whether a login ends the user's other sessions. Nobody knows whether it does on the platform. Default: false. */
  oneSession?: boolean;
  /** Whether an asynchronous report of an account without a listener is rejected, as on the platform. Default: true. */
  requireListener?: boolean;
}

/** A running simulator, with everything that a client needs to call it. */
export interface Simulator {
  url: string;
  adminUrl: string;
  accountNumber: string;
  credentials: Credentials;
  /** The environment variables of a client. */
  environment: Readonly<Record<string, string>>;
  fleet: readonly SimulatedDevice[];
  close(): Promise<void>;
}

const API_PATH = '/api';
const ADMIN_PATH = '/__simulator';
const REPORT_PATHS = {
  sessions: '/hyper-precise/v1/report/sessions',
  aggregate: '/hyper-precise/v1/report/aggregate',
  asyncAggregate: '/hyper-precise/v1/report/async/aggregate',
};
const LISTENER_NAME = 'BullseyeReporting';
const CALLBACK_TIMEOUT_MILLISECONDS = 10_000;
const CALLBACK_RETRY_SECONDS = 300;

/** Starts a simulated ThingSpace platform on a port of this machine. Resolves when it accepts calls. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, version = 'newest', now = Date.now, wait = waitByTimer } = options;
  const { requireListener = true, oneSession = false } = options;
  const createId = randomUUID;
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const { signal } = closing;

  const fleet = createFleet();
  const usage = createUsage(now);
  const aggregate = createAggregate(fleet, usage);
  const bearers = createBearerTokens({ now, createId, lifetimeSeconds: options.bearerLifetimeSeconds ?? 3600 });
  const idleMinutes = options.sessionIdleMinutes ?? 20;
  const sessions = createSessionTokens({ now, createId, idleMinutes, oneAtATime: oneSession });
  const user = createUser(CREDENTIALS);
  const access = createAccess(bearers, sessions);
  const listeners = createListeners();
  const callbackPost = createCallbackPost({ timeoutMilliseconds: CALLBACK_TIMEOUT_MILLISECONDS });
  const sender = createCallbackSender({
    listenerUrl: () => listeners.find(ACCOUNT_NUMBER, LISTENER_NAME)?.url,
    post: (url, body) => callbackPost.post(url, body),
    wait,
    signal,
    random: createRandom(hashText('callbacks')),
    meanDelayMilliseconds: options.callbackDelayMilliseconds ?? 20,
    retryMilliseconds: (options.callbackRetrySeconds ?? CALLBACK_RETRY_SECONDS) * 1000,
  });

  const report = { access, fleet, usage, aggregate, version, now, createId };
  const hasListener = (accountNumber: string): boolean => listeners.find(accountNumber, LISTENER_NAME) !== undefined;
  const session = createSessionRoutes(access, sessions, user);
  const routes: Routes = new Map([
    ['/ts/v1/oauth2/token', { POST: createTokenRoute(bearers, CREDENTIALS) }],
    ['/m2m/v1/session/login', { POST: session.login }],
    ['/m2m/v1/session/logout', { POST: session.logout }],
    [REPORT_PATHS.sessions, { POST: createSessionsRoute(report) }],
    [REPORT_PATHS.aggregate, { POST: createAggregateRoute(report) }],
    [
      REPORT_PATHS.asyncAggregate,
      { POST: createAsyncAggregateRoute({ ...report, sender, hasListener, requireListener }) },
    ],
    ['/hyper-precise/v1/callbacks', { ...createListenerRoutes(access, listeners, version) }],
  ]);
  const platformPaths = [...routes.keys()];
  const faults = createFaults({
    random: createRandom(hashText('faults')),
    createId,
    defaultPaths: Object.values(REPORT_PATHS),
  });
  const callLog = createCallLog({ now, knownPaths: platformPaths });
  const server = createHttpServer({
    apiPath: API_PATH,
    adminPath: ADMIN_PATH,
    callLog,
    platform: createPlatform({ routes, faults, wait, signal }),
    admin: createAdmin({ devices: fleet.devices, callLog, faults, bearers, sessions, user, sender, platformPaths }),
    deliveryTime: { wait, signal },
  });

  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
  const url = `${origin}${API_PATH}`;
  return {
    url,
    adminUrl: `${origin}${ADMIN_PATH}`,
    accountNumber: ACCOUNT_NUMBER,
    credentials: CREDENTIALS,
    environment: toEnvironment(url),
    fleet: fleet.devices,
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      callbackPost.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toEnvironment(url: string): Record<string, string> {
  const { clientId, clientSecret, username, password } = CREDENTIALS;
  return {
    THINGSPACE_BASE_URL: url,
    THINGSPACE_CLIENT_ID: clientId,
    THINGSPACE_CLIENT_SECRET: clientSecret,
    THINGSPACE_USERNAME: username,
    THINGSPACE_PASSWORD: password,
    THINGSPACE_ACCOUNT_NUMBER: ACCOUNT_NUMBER,
  };
}
