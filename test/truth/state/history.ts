import { request as httpRequest } from 'node:http';
import { isAccountNumber } from '../../../src/domain/account.ts';
import { createTestClock, type TestClock } from '../../support/fakes/clock.ts';
import type { TokenIssuer } from '../../support/world/token-issuer.ts';
import { startWorld, type World } from '../../support/world/world.ts';
import { DAY, HOUR, MINUTE } from '../calendar.ts';
import { createChance, type Chance } from '../chance.ts';
import type { Answer } from '../compare.ts';
import { ACCOUNTS, createFleet } from '../create-fleet.ts';
import type { Tenant } from '../draw/draw.ts';
import type { Operation } from '../draw/query.ts';
import { createWindow } from '../draw/values.ts';
import type { Fleet, Window } from '../fleet.ts';
import type { Scene } from '../oracle/scene.ts';
import { startPlatform, type Platform } from '../platform/platform.ts';
import { SENTENCES } from '../sentences.ts';
import type { Document } from '../selection.ts';
import type { KnownReport } from './known-report.ts';

/** What all histories of a run share. */
export interface Base {
  readonly world: World;
  readonly issuer: TokenIssuer;
}

export interface HistoryOptions {
  readonly seed: number;
  /** The PostgreSQL of the reports; null for SQLite. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

export interface AskOptions {
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A server, the platform behind it, two tenants, and everything that happened so far. */
export interface History {
  readonly fleet: Fleet;
  readonly chance: Chance;
  readonly clock: TestClock;
  readonly platform: Platform;
  readonly tenants: readonly Tenant[];
  readonly windows: readonly Window[];
  readonly reports: KnownReport[];
  /** Queries that were sent, to be sent again. */
  readonly sent: Sent[];
  /** Idempotency keys, with what became of them. */
  readonly keys: Map<string, UsedKey>;
  world(): World;
  tokenOf(tenant: Tenant): Promise<string>;
  ask(tenant: Tenant, document: Document, options?: AskOptions): Promise<Answer>;
  /** Posts a callback message as the platform does. Resolves with the status. */
  post(body: unknown): Promise<number>;
  /** What the oracle knows of an operation that began at this time. */
  sceneFrom(startedMs: number, options?: { readonly noCache?: boolean; readonly isAlone?: boolean }): Scene;
  /** Moves the clock to five minutes past an hour, at least this far. */
  advance(milliseconds: number): void;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** An operation with its document. */
export interface Sent {
  readonly tenant: Tenant;
  readonly operation: Operation;
  readonly document: Document;
  readonly noCache: boolean;
}

export interface UsedKey {
  readonly tenant: Tenant;
  readonly input: Readonly<Record<string, unknown>>;
  /** Null if it is uncertain whether a report was started. */
  readonly report: KnownReport | null;
}

const START = '2026-11-20T12:05:00Z';

export async function startHistory(base: Base, { seed, databaseUrl, dataDir }: HistoryOptions): Promise<History> {
  const chance = createChance(seed);
  const clock = createTestClock(START);
  const fleet = createFleet(seed, clock.now(), SENTENCES);
  const platform = await startPlatform(fleet, clock.now, createChance(seed + 1));
  const [account] = ACCOUNTS;
  const cacheMaxBytes = chance.pick([0, 20_000, 1_000_000]);
  const start = (): Promise<World> =>
    startWorld({
      simulatorOf: { ...base.world, clock },
      config: {
        baseUrl: platform.url,
        accountNumber: isAccountNumber(account) ? account : null,
        tokens: base.issuer.config,
        dataDir,
        databaseUrl,
        cacheMaxBytes,
        breakerFailures: 0,
        batchWindowMs: seed % 3,
        maxUpstreamCalls: 10_000,
      },
    });
  let world = await start();
  const tokens = new Map<string, { readonly token: string; readonly atMs: number }>();
  const tokenOf: History['tokenOf'] = async ({ name, account: own }) => {
    const known = tokens.get(name);
    if (known !== undefined && clock.now() - known.atMs < 30 * MINUTE) return known.token;
    const token = await base.issuer.token(clock.now(), { sub: name, accounts: [own] });
    tokens.set(name, { token, atMs: clock.now() });
    return token;
  };

  return {
    fleet,
    chance,
    clock,
    platform,
    tenants: ACCOUNTS.map((each, at) => ({ name: `tenant-${at}`, account: each })),
    windows: Array.from({ length: 4 }, () => createWindow(chance, clock.now())),
    reports: [],
    sent: [],
    keys: new Map(),
    world: () => world,
    tokenOf,
    async ask(tenant, { text, variables }, { headers = {}, signal } = {}) {
      const Authorization = `Bearer ${await tokenOf(tenant)}`;
      const init = { headers: { ...headers, Authorization }, ...(signal === undefined ? {} : { signal }) };
      return world.query(text, variables, init);
    },
    post: (body) => post(world.callbackUrl, body),
    sceneFrom: (startedMs, { noCache = false, isAlone = true } = {}) => ({
      fleet,
      sentences: SENTENCES,
      answered: platform.answered,
      failed: platform.failed,
      isAlone,
      startedMs,
      endedMs: clock.now(),
      noCache,
    }),
    advance(milliseconds) {
      const hour = Math.ceil((clock.now() + milliseconds) / HOUR) * HOUR;
      clock.advance(hour + 5 * MINUTE - clock.now());
    },
    async restart() {
      await world.close();
      platform.forgetSignIn();
      world = await start();
    },
    async close() {
      await world.close();
      await platform.close();
    },
  };
}

/** How far the clock may be moved in one history, so that no report reaches RETENTION_DAYS. */
export const MAX_DAYS_MS = 20 * DAY;

export function startMsOf(): number {
  return Date.parse(START);
}

function post(url: string, body: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' };
    const sending = httpRequest(url, { method: 'POST', headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sending.on('error', reject);
    const text = Buffer.from(JSON.stringify(body));
    const [first, rest] = [text.subarray(0, text.length / 2), text.subarray(text.length / 2)];
    sending.write(first, () => sending.end(rest));
  });
}
