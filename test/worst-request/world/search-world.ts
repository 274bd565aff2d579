import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTokenIssuer } from '../../support/world/token-issuer.ts';
import { createClient } from './client.ts';
import { startMeasuredServer, type MeasuredServer } from './measured-server.ts';
import { startPlatformServer, type PlatformServer } from './platform-server.ts';
import type { Tenant } from './tenants.ts';

/** The built server in production mode, its platform, and the tenants that call it. */
export interface SearchWorld {
  readonly server: () => MeasuredServer;
  readonly platform: PlatformServer;
  /** Where the platform posts callback messages. */
  readonly callbackUrl: () => string;
  /** Creates a caller with an account of its own. */
  addTenant(name: string, account: string): Promise<Tenant>;
  /** Replaces the server by a new one with the same stored reports and empty caches. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const CALLBACK_SECRET = 'worst-request';
const STOP_MS = 15_000;
const DAY_SECONDS = 86_400;

export async function startSearchWorld(settings: Readonly<Record<string, string>> = {}): Promise<SearchWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'worst-request-'));
  const platform = await startPlatformServer();
  const issuer = await startTokenIssuer();
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
    ...settings,
  };
  let server = await startMeasuredServer(environment);

  return {
    server: () => server,
    platform,
    callbackUrl: () => `${new URL(server.url).origin}/callbacks/device-reports/${CALLBACK_SECRET}`,
    async addTenant(name, account) {
      const exp = Math.floor(Date.now() / 1_000) + DAY_SECONDS;
      const token = await issuer.token(Date.now(), { sub: name, accounts: [account], exp });
      return { name, account, token, client: createClient(() => server.url, token) };
    },
    async restart() {
      await server.program.stop(STOP_MS);
      server = await startMeasuredServer(environment);
    },
    async close() {
      await server.program.stop(STOP_MS);
      await issuer.close();
      await platform.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
