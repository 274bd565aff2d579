import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { startApp } from '../../../src/app/app.ts';
import { readConfig } from '../../../src/config/config.ts';
import { isAccountNumber } from '../../../src/domain/account.ts';
import { createLog } from '../../../src/log.ts';
import { startServer } from '../../../src/http/listen.ts';
import {
  startSimulator,
  type ContractVersion,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/index.ts';
import { createAdmin, PATHS, type Admin } from './admin.ts';
import { type Settings, withSettings } from './settings.ts';
import { createPlatformClient } from './simulator-client.ts';
import { createTestClock, type TestClock } from '../fakes/clock.ts';

/** The contract version of this test run; see vitest.config.ts. */
export const CONTRACT_VERSION: ContractVersion = process.env['CONTRACT_VERSION'] === 'older' ? 'older' : 'newest';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly data: T | null;
  readonly errors: readonly AnswerError[];
  readonly extensions: Record<string, unknown>;
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Record<string, unknown>;
}

export interface World {
  readonly url: string;
  /** Where the metrics are; null unless `metricsPort` is set. */
  readonly metricsUrl: string | null;
  /** The address to which the platform posts its messages. */
  readonly callbackUrl: string;
  readonly dataDir: string;
  readonly clock: TestClock;
  readonly simulator: Simulator;
  readonly admin: Admin;
  /** Every logged line. */
  readonly logged: readonly string[];
  query<T, V>(document: TypedDocumentNode<T, V>, variables: V, init?: RequestInit): Promise<Answer<T>>;
  query(document: string, variables?: Record<string, unknown>, init?: RequestInit): Promise<Answer>;
  /** The first IMEIs of this kind in the simulator's fleet. */
  devices(kind: Simulator['fleet'][number]['kind'], count: number): string[];
  /** The number of reports with subscribers. */
  countWatches(): number;
  /** Stops the server as a signal does. Its clock has to pass the delay. */
  shutDown(delayMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly startsAt?: string;
  readonly config?: Settings;
  readonly simulator?: SimulatorOptions;
  /** Another world whose simulator and clock this one shares. */
  readonly simulatorOf?: World;
  /** The built overview page (see buildOverview). */
  readonly overviewFolder?: URL;
  /** Whether the server is registered as the simulator's callback listener. */
  readonly listens?: boolean;
}

/** Starts the real server on a free port, with the simulator as its platform. Both use one clock that the test moves. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.simulatorOf?.clock ?? createTestClock(options.startsAt ?? '2026-11-20T12:00:00Z');
  const simulator =
    options.simulatorOf?.simulator ??
    (await startSimulator({ version: CONTRACT_VERSION, now: clock.now, ...options.simulator }));
  const logged: string[] = [];
  const { accountNumber } = simulator;
  const dataDir = options.config?.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'device-reports-')));
  const config = withSettings(readConfig({}), {
    // Tests of the cache turn it on.
    cacheMaxBytes: 0,
    shutdownMs: 10_000,
    // Tests of the log turn it on.
    accessLog: false,
    // Tests of the deadline shorten it. Other tests move the clock far ahead.
    operationTimeoutMs: 2 ** 31 - 1,
    baseUrl: simulator.url,
    accountNumber: isAccountNumber(accountNumber) ? accountNumber : null,
    dataDir,
    ...options.config,
    credentials: options.config?.credentials ?? simulator.credentials,
  });
  const app = await startApp({
    config,
    samples: { busy: '709312034493372', mixed: ['709312034493372'], areSimulated: true },
    ...(options.overviewFolder && { overviewFolder: options.overviewFolder }),
    clock,
    ownProcess: process,
    log: createLog('info', { write: (line) => void logged.push(line) }),
  });
  const server = await startServer(app.listener, {
    upgrade: app.upgrade,
    hasOwnTimeout: app.hasOwnTimeout,
    host: '127.0.0.1',
    port: 0,
    requestTimeoutMs: config.server.requestTimeoutMs,
  });
  const metricsServer =
    app.metrics === null
      ? null
      : await startServer(app.metrics, {
          host: '127.0.0.1',
          port: 0,
          requestTimeoutMs: config.server.requestTimeoutMs,
        });
  const url = `${server.url}/graphql`;
  const callbackUrl = app.toCallbackUrl(server.url);
  const shutDown = (delayMs = 0): Promise<void> => app.shutDown({ delayMs, stopListening: server.stopListening });
  if (options.listens === true) await registerListener(simulator, callbackUrl);

  return {
    url,
    metricsUrl: metricsServer === null ? null : `${metricsServer.url}/metrics`,
    callbackUrl,
    dataDir,
    clock,
    simulator,
    admin: createAdmin(simulator.adminUrl),
    logged,
    query: async (document: TypedDocumentNode | string, variables?: unknown, init: RequestInit = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
        ...init,
        headers: { 'Content-Type': 'application/json', ...Object.fromEntries(new Headers(init.headers)) },
      });
      const { data = null, errors = [], extensions = {} } = (await response.json()) as Partial<Answer<never>>;
      return { status: response.status, data, errors, extensions };
    },
    devices: (kind, count) =>
      simulator.fleet
        .filter((device) => device.kind === kind)
        .slice(0, count)
        .map(({ imei }) => imei),
    countWatches: app.countWatches,
    shutDown,
    async close() {
      await shutDown();
      await server.close();
      await metricsServer?.close();
      if (options.simulatorOf === undefined) await simulator.close();
      if (options.config?.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Signs in to the simulator as the carrier's user would, and registers the address as its callback listener. */
export async function registerListener(simulator: Simulator, url: string): Promise<void> {
  const platform = createPlatformClient(simulator);
  const query = `?accountNumber=${simulator.accountNumber}`;
  const body = { name: 'BullseyeReporting', url };
  const { status, text } = await platform.call('POST', `${PATHS.callbacks}${query}`, body, await platform.signIn());
  if (status !== 200) throw new Error(`registering the listener returned ${status}: ${text}`);
}
