import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createApp } from '../../src/app.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { isAccountNumber } from '../../src/domain/account.ts';
import { createLog } from '../../src/log.ts';
import { startServer } from '../../src/server/listen.ts';
import {
  startSimulator,
  type ContractVersion,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';
import { createAdmin, type Admin } from './admin.ts';
import { createTestClock, type TestClock } from './clock.ts';

/** The contract's version that this run of the suite plays, see vitest.config.ts. */
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
  readonly clock: TestClock;
  readonly simulator: Simulator;
  readonly admin: Admin;
  /** Every line that was logged. */
  readonly logged: readonly string[];
  query<T, V>(document: TypedDocumentNode<T, V>, variables: V, init?: RequestInit): Promise<Answer<T>>;
  query(document: string, variables?: Record<string, unknown>, init?: RequestInit): Promise<Answer>;
  /** IMEIs of the simulator's fleet that answer with usage. */
  devices(kind: Simulator['fleet'][number]['kind'], count: number): string[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly startsAt?: string;
  readonly config?: Partial<Config>;
  readonly simulator?: SimulatorOptions;
}

/** The real server on a free port, the simulator behind it, both on one clock that a test moves. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const clock = createTestClock(options.startsAt ?? '2026-11-20T12:00:00Z');
  const simulator = await startSimulator({ version: CONTRACT_VERSION, now: clock.now, ...options.simulator });
  const logged: string[] = [];
  const { accountNumber } = simulator;
  const app = createApp({
    config: {
      ...readConfig({}),
      // A test that is about figures fetched before turns the cache on.
      cacheMaxBytes: 0,
      baseUrl: simulator.url,
      accountNumber: isAccountNumber(accountNumber) ? accountNumber : null,
      ...options.config,
      credentials: options.config?.credentials ?? simulator.credentials,
    },
    samples: { busy: '709312034493372', mixed: ['709312034493372'] },
    clock,
    log: createLog('info', { write: (line) => void logged.push(line) }),
  });
  const server = await startServer(app.listener, '127.0.0.1', 0);
  const url = `${server.url}/graphql`;

  return {
    url,
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
    async close() {
      await server.close();
      app.close();
      await simulator.close();
    },
  };
}
