import path from 'node:path';
import SqliteFile from 'libsql';
import pg from 'pg';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { eventually } from '../support/eventually.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';
import packageJson from '../../package.json' with { type: 'json' };

const ALL_OK = { store: 'ok', signIn: 'ok', breaker: 'ok', listener: 'ok', spool: 'ok' };
const LISTENERS = `${PATHS.callbacks}?accountNumber=${ACCOUNT}`;
const [A = '', B = '', C = ''] = imeisOf(3);

describe('the probes', () => {
  let at: AsyncWorld;
  afterEach(() => at.close());

  const open = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({ config });
  };
  const probe = (name: string): Promise<Response> => fetch(new URL(name, at.world.url));
  const readiness = async () => {
    const response = await probe('/readyz');
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const degraded = (part: string) => ({
    status: 200,
    body: { status: 'degraded', parts: { ...ALL_OK, [part]: 'degraded' } },
  });
  const askForUsage = (imei: string) =>
    at.world.query('query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) { usage { imei } } }', {
      imei: [imei],
    });

  test('say that the server lives, that it is ready, and its version', async () => {
    await open();
    expect(await readiness()).toEqual({ status: 200, body: { status: 'ready', parts: ALL_OK } });
    for (const name of ['/livez', '/health']) {
      const response = await probe(name);
      expect([response.status, await response.text()]).toEqual([200, 'OK\n']);
    }
    expect(await (await probe('/version')).json()).toEqual({ version: packageJson.version });
  });

  test('show a sign-in that fails until one works, and stay ready', async () => {
    await open();
    at.platform.onRequest(PATHS.login, answerWith({ errorCode: 'FAILED' }, 500));
    await askForUsage(A);
    expect(await readiness()).toEqual(degraded('signIn'));
    at.platform.onRequest(PATHS.login, answerWith({ sessionToken: 'a-session-token' }));
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'a-txid', usage: [] }));
    at.world.clock.advance(60_000);
    await askForUsage(A);
    expect(await readiness()).toMatchObject({ body: { status: 'ready' } });
  });

  test('show an open circuit breaker until it closes, and stay ready', async () => {
    await open({ retries: 0 });
    at.platform.onRequest(PATHS.aggregate, answerWith({}, 500));
    for (const imei of imeisOf(10)) {
      await askForUsage(imei);
      at.world.clock.advance(500);
    }
    expect(await readiness()).toEqual(degraded('breaker'));
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'a-txid', usage: [] }));
    at.world.clock.advance(20_000);
    await askForUsage(A);
    expect(await readiness()).toMatchObject({ body: { status: 'ready' } });
  });

  test('show a callback listener that is known to be another server, without a call of their own', async () => {
    await open();
    const list = () => at.world.query('{ callbackListeners { isThisServer } }');
    at.platform.onRequest(LISTENERS, answerWith([{ name: 'BullseyeReporting', url: 'https://other.example/hook' }]));
    await list();
    const calls = at.platform.requests.length;
    expect(await readiness()).toEqual(degraded('listener'));
    expect(at.platform.requests).toHaveLength(calls);
    at.platform.onRequest(LISTENERS, answerWith([{ name: 'BullseyeReporting', url: at.world.callbackUrl }]));
    await list();
    expect(await readiness()).toMatchObject({ body: { status: 'ready' } });
  });

  test('show messages that wait on disk for the database, and stay ready', async () => {
    await open();
    at.platform.onRequest(LISTENERS, answerWith([{ name: 'BullseyeReporting', url: at.world.callbackUrl }]));
    const txid = await at.request([A, B, C]);
    const file = new SqliteFile(path.join(at.world.dataDir, 'requests.sqlite'));
    file.exec('BEGIN IMMEDIATE');
    expect((await at.post(usageOf(txid, A))).status).toBe(200);
    expect(await readiness()).toEqual(degraded('spool'));
    file.exec('ROLLBACK');
    file.close();
    await eventually(readiness).toMatchObject({ body: { status: 'ready' } });
  });

  test('show a database that does not answer, ask it once a second, and stay ready', async () => {
    const databaseUrl = await createDatabase();
    await open({ databaseUrl });
    const client = new pg.Client(databaseUrl);
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE');
    const answers = await Promise.all(Array.from({ length: 20 }, readiness));
    expect(answers).toEqual(Array.from({ length: 20 }, () => degraded('store')));
    const waiting = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    const [row] = (await client.query<{ n: number }>(waiting)).rows;
    // Besides that of the probes, one can wait that looks now and then for devices to erase.
    expect([1, 2]).toContain(row?.n);
    await client.query('ROLLBACK');
    at.world.clock.advance(1_000);
    expect(await readiness()).toMatchObject({ body: { status: 'ready' } });
  });

  test('say from the beginning of a shutdown that the server is not ready, while it still answers and lives', async () => {
    await open();
    at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'a-txid', usage: [] }));
    const stopped = at.world.shutDown(5_000);
    expect(await readiness()).toEqual({ status: 503, body: { status: 'stopping' } });
    expect((await probe('/livez')).status).toBe(200);
    expect(await askForUsage(A)).toMatchObject({ status: 200, data: { aggregatedReport: { usage: [] } } });
    at.world.clock.advance(5_000);
    await stopped;
    await expect(probe('/readyz')).rejects.toThrow();
  });
});
