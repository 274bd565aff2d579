import { print } from 'graphql';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { answerWith } from '../support/fakes/recording-platform.ts';
import { ServerStatusDocument } from '../support/graphql/graphql.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { LANES } from '../support/lanes.ts';
import { sendRaw } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';

const STARTED_AT = '2026-11-20T12:00:00.000Z';
const DAY_MS = 86_400_000;
const LISTENERS = `${PATHS.callbacks}?accountNumber=${ACCOUNT}`;
const USAGE = 'query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) { usage { imei } } }';
const [A = '', B = '', C = ''] = imeisOf(3);

describe('the status of a server', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  const open = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({ config });
    at.platform.onRequest(PATHS.aggregate, (response, request) => {
      const { imei } = JSON.parse(request.body.toString()) as { imei: string[] };
      const usage = imei.map((each) => ({ imei: each, numberOfSessions: 1, bytesTransferred: 1 }));
      answerWith({ txid: 'a-txid', usage })(response, request);
    });
  };
  const status = async () => {
    const { data, errors } = await at.world.query(ServerStatusDocument, {});
    expect(errors).toEqual([]);
    return data?.serverStatus;
  };
  const askForUsage = (imei: string) => at.world.query(USAGE, { imei: [imei] });

  test('shows a server that has done nothing, without a call to the platform', async () => {
    await open();
    at.world.clock.advance(90_500);
    expect(await status()).toEqual({
      version: packageJson.version,
      startedAt: STARTED_AT,
      uptimeSeconds: 90,
      store: { kind: 'SQLITE', isAvailable: true, isSpooling: false },
      signIn: { isWorking: true, strikesLeft: 2 },
      breaker: { isOpen: false, openAccounts: 0 },
      pace: { callsPerSecond: null, pausedAccounts: 0 },
      callsToday: { since: STARTED_AT, made: 0, savedBySharing: 0, answeredFromCache: 0 },
      hasListener: null,
      record: null,
      allServers: {
        servers: 1,
        callsToday: { since: STARTED_AT, made: 0, savedBySharing: 0, answeredFromCache: 0 },
        callbacksToday: { since: STARTED_AT, stored: 0, spooled: 0, rejected: 0, withoutRoom: 0, failed: 0 },
      },
      callbacksToday: { since: STARTED_AT, stored: 0, spooled: 0, rejected: 0, withoutRoom: 0, failed: 0 },
    });
    expect(at.platform.requests).toEqual([]);
  });

  test('is the same in every lane', async () => {
    await open();
    const bodies = new Set<string>();
    for (const toRequest of Object.values(LANES))
      bodies.add((await sendRaw(at.world.url, toRequest({ query: print(ServerStatusDocument) }))).body);
    expect(bodies.size).toBe(1);
  });

  test('counts the calls that were made, shared and answered from the cache, until midnight', async () => {
    await open({ cacheMaxBytes: 1_000_000, retries: 1 });
    await Promise.all([askForUsage(A), askForUsage(A), askForUsage(B)]);
    await askForUsage(A);
    expect((await status())?.callsToday).toMatchObject({ made: 1, savedBySharing: 2, answeredFromCache: 1 });
    at.platform.onRequest(PATHS.aggregate, answerWith({}, 500));
    await askForUsage(C);
    expect((await status())?.callsToday).toMatchObject({ made: 3, savedBySharing: 2, answeredFromCache: 1 });
    at.world.clock.advance(DAY_MS / 2);
    expect((await status())?.callsToday).toEqual({
      since: '2026-11-21T00:00:00.000Z',
      made: 0,
      savedBySharing: 0,
      answeredFromCache: 0,
    });
  });

  test('shows a sign-in that is rejected, with the strikes that are left', async () => {
    await open();
    at.platform.onRequest(PATHS.login, answerWith({ errorCode: 'X' }, 401));
    await askForUsage(A);
    expect((await status())?.signIn).toEqual({ isWorking: false, strikesLeft: 1 });
    await askForUsage(A);
    at.world.clock.advance(1_000);
    expect((await status())?.signIn).toEqual({ isWorking: false, strikesLeft: 0 });
  });

  test('shows an open breaker, an account that the platform paused, and the pace', async () => {
    await open({ retries: 0, callsPerSecond: 50 });
    at.platform.onRequest(PATHS.aggregate, answerWith({}, 429, { 'Retry-After': '100' }));
    await askForUsage(A);
    expect((await status())?.pace).toEqual({ callsPerSecond: 50, pausedAccounts: 1 });
    at.world.clock.advance(100_000);
    expect((await status())?.pace).toEqual({ callsPerSecond: 50, pausedAccounts: 0 });
    at.platform.onRequest(PATHS.aggregate, answerWith({}, 500));
    for (const imei of imeisOf(10)) {
      await askForUsage(imei);
      at.world.clock.advance(500);
    }
    expect((await status())?.breaker).toEqual({ isOpen: false, openAccounts: 1 });
  });

  test('says whether the callback listener is this server, once anyone has looked', async () => {
    await open();
    const list = () => at.world.query('{ callbackListeners { isThisServer } }');
    at.platform.onRequest(LISTENERS, answerWith([{ name: 'BullseyeReporting', url: 'https://other.example/hook' }]));
    await list();
    expect((await status())?.hasListener).toBe(false);
    at.platform.onRequest(LISTENERS, answerWith([{ name: 'BullseyeReporting', url: at.world.callbackUrl }]));
    await list();
    expect((await status())?.hasListener).toBe(true);
  });

  test('counts callback messages by outcome', async () => {
    await open();
    const txid = await at.request([A, B]);
    await at.post(usageOf(txid, A));
    await at.post(usageOf(txid, A));
    await at.post(usageOf(txid, B), { method: 'GET' });
    await at.post(usageOf(txid, B), { url: `${new URL(at.world.url).origin}/callbacks/device-reports/wrong` });
    expect((await status())?.callbacksToday).toMatchObject({ stored: 2, spooled: 0, rejected: 2, failed: 0 });
  });

  test('shows PostgreSQL, and has no sign-in if callers send their own tokens', async () => {
    await open({ databaseUrl: await createDatabase(), callersBringTokens: true });
    const headers = { Authorization: 'Bearer a-bearer', 'VZ-M2M-Token': 'a-session' };
    const { data } = await at.world.query(ServerStatusDocument, {}, { headers });
    expect(data?.serverStatus).toMatchObject({
      store: { kind: 'POSTGRESQL', isAvailable: true },
      signIn: null,
      hasListener: null,
    });
  });

  test('says that the database is away, and does not wait for it', async () => {
    const databaseUrl = await createDatabase();
    await open({ databaseUrl });
    const { default: pg } = await import('pg');
    const client = new pg.Client(databaseUrl);
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE');
    expect(await status()).toMatchObject({ store: { isAvailable: false }, signIn: { strikesLeft: null } });
    await client.query('ROLLBACK');
  });
});
