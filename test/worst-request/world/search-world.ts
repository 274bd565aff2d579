import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTokenIssuer } from '../../support/world/token-issuer.ts';
import type { Cost } from '../bounds.ts';
import type { Composition, Stored } from '../compose/composition.ts';
import { ACCOUNT } from '../compose/values.ts';
import { createClient, type Answer, type Client } from './client.ts';
import { startMeasuredServer, type MeasuredServer } from './measured-server.ts';
import { startPlatformServer } from './platform-server.ts';
import { storeReports } from './stored-reports.ts';
import { warmUp } from './warm-up.ts';

/** The built server in production mode with stored reports, a platform that answers what it is given, and a caller with every scope. */
export interface SearchWorld {
  readonly stored: Stored;
  /** Sends the request of a composition, and measures what it costs. */
  run(composition: Composition): Promise<Run>;
  /** Replaces the server by a new one, which has no composition in its caches. */
  restart(): Promise<void>;
  /** Whether the server has ended by itself. */
  hasEnded(): boolean;
  /** The end of the server's output. */
  lastOutput(): string;
  close(): Promise<void>;
}

export interface Run {
  readonly cost: Cost;
  readonly answer: Answer;
  readonly calls: number;
}

const CALLBACK_SECRET = 'worst-request';
const STOP_MS = 15_000;

export async function startSearchWorld(): Promise<SearchWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'worst-request-'));
  const platform = await startPlatformServer();
  const issuer = await startTokenIssuer();
  // Every run of a composition is the same caller's, whatever the time.
  const token = await issuer.token(Date.now(), { accounts: [ACCOUNT], exp: Math.floor(Date.now() / 1_000) + 86_400 });
  const environment = {
    NODE_ENV: 'production',
    PORT: '0',
    DATA_DIR: folder,
    THINGSPACE_BASE_URL: platform.url,
    THINGSPACE_CLIENT_ID: 'key',
    THINGSPACE_CLIENT_SECRET: 'secret',
    THINGSPACE_USERNAME: 'user',
    THINGSPACE_PASSWORD: 'password',
    CALLBACK_SECRET,
    AUTH_MODE: 'jwt',
    AUTH_JWKS_URL: issuer.jwksUrl,
    AUTH_ISSUER: issuer.config.issuer,
    AUTH_AUDIENCE: issuer.config.audience,
  };
  const start = async (): Promise<[MeasuredServer, Client]> => {
    const started = await startMeasuredServer(environment);
    return [started, createClient(started.url, token)];
  };
  let [server, client] = await start();
  const stored = await storeReports(
    client,
    `${new URL(server.url).origin}/callbacks/device-reports/${CALLBACK_SECRET}`,
  );
  await warmUp(client, platform, stored);

  return {
    stored,
    async run({ query, variables, headers, platform: answers }) {
      platform.answer(answers);
      let answer: Answer = { status: 0, bytes: 0, text: '' };
      const cost = await server.measure(async () => {
        answer = await client.send({ query, variables }, headers);
      });
      return { cost, answer, calls: platform.calls() };
    },
    async restart() {
      await server.program.stop(STOP_MS);
      [server, client] = await start();
      await warmUp(client, platform, stored);
    },
    hasEnded: () => server.program.ending() !== null,
    lastOutput: () => server.program.lastOutput(),
    async close() {
      await server.program.stop(STOP_MS);
      await issuer.close();
      await platform.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
