import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { eventually } from '../support/eventually.ts';
import { startPostgres } from '../support/postgres/postgres.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { createReplicaSet, type ReplicaProcess, type ReplicaSet } from '../support/replicas/replica-set.ts';
import { startLoad, type Failure } from '../support/rolling-restart/clients.ts';
import { createAdmin, PATHS, type Admin } from '../support/world/admin.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';
import { startWorld } from '../support/world/world.ts';

const REPORT = 'query ($imei: IMEI!) { sessionsReport(input: { imei: $imei }) { sessions { numBytes } } }';
const SERVERS = 3;

describe(
  'servers on one PostgreSQL, at a platform where a login ends the other sessions of the user',
  {
    timeout: 120_000,
  },
  () => {
    let built: BuiltServer;
    let simulator: Simulator;
    let admin: Admin;
    let databaseUrl: string;
    let set: ReplicaSet;
    let asked = 0;

    beforeAll(async () => {
      built = await buildServer();
    }, 120_000);
    afterAll(() => built.remove());
    beforeEach(async () => {
      simulator = await startSimulator({ oneSession: true });
      admin = createAdmin(simulator.adminUrl);
      databaseUrl = await createDatabase();
      set = await createReplicaSet(built, databaseUrl, simulator.environment);
    });
    afterEach(async () => {
      await set.close();
      await simulator.close();
    });

    const startAll = (): Promise<ReplicaProcess[]> => Promise.all(Array.from({ length: SERVERS }, () => set.start()));
    /** Every query is about another device, so that no two share a call. */
    const ask = async (server: ReplicaProcess | undefined): Promise<unknown> => {
      const meters = simulator.fleet.filter(({ kind }) => kind === 'meter');
      const imei = meters[(asked += 1) % meters.length]?.imei;
      const { data, errors = [] } = (await server?.query(REPORT, { imei })) ?? {};
      return data?.['sessionsReport'] == null ? errors : 'a report';
    };
    const askAll = async (servers: readonly ReplicaProcess[]): Promise<void> => {
      const answers = await Promise.all(servers.flatMap((server) => Array.from({ length: 5 }, () => ask(server))));
      expect(answers).toEqual(answers.map(() => 'a report'));
    };
    const counts = async (): Promise<{ token: number; login: number }> => ({
      token: (await admin.calls(PATHS.token)).length,
      login: (await admin.calls(PATHS.login)).length,
    });
    const readNotes = async (): Promise<{ key: string; json: string }[]> => {
      const client = new pg.Client(databaseUrl);
      await client.connect();
      const { rows } = await client.query<{ key: string; json: string }>('SELECT key, json FROM notes');
      await client.end();
      return rows;
    };

    test('sign in once, all together, and answer everything', async () => {
      const servers = await startAll();
      await admin.fault({ path: PATHS.login, latencyMilliseconds: 300 });
      await askAll(servers);
      await askAll(servers);
      expect(await counts()).toEqual({ token: 1, login: 1 });
      await askAll([await set.start()]);
      expect(await counts()).toEqual({ token: 1, login: 1 });
    });

    test.each([
      { which: 'session', token: 1, login: 2 },
      { which: 'bearer', token: 2, login: 1 },
      { which: 'all', token: 2, login: 2 },
    ] as const)(
      'renew an expired token ($which) once, and take it over from each other',
      async ({ which, ...expected }) => {
        const servers = await startAll();
        await askAll(servers);
        await admin.expire(which);
        await askAll(servers);
        await askAll(servers);
        expect(await counts()).toEqual(expected);
      },
    );

    test('answer everything under load while sessions die, with a login for each', async () => {
      const servers = await startAll();
      await askAll(servers);
      const failures: Failure[] = [];
      const loads = servers.map((server) =>
        startLoad(3, failures, async () => expect(await ask(server)).toBe('a report')),
      );
      for (let death = 1; death <= 4; death += 1) {
        await admin.expire('session');
        await eventually(async () => (await counts()).login).toBe(1 + death);
        const done = loads.map((load) => load.count());
        await eventually(() => loads.every((load, at) => load.count() > (done[at] ?? 0) + 10)).toBe(true);
      }
      await Promise.all(loads.map((load) => load.stop()));
      expect(failures).toEqual([]);
      expect(await counts()).toEqual({ token: 1, login: 5 });
    });

    test('do not wait for one that was killed while it signed in', async () => {
      const [killed, other] = await startAll();
      await admin.fault({ path: PATHS.token, latencyMilliseconds: 60_000 });
      const broken = ask(killed).catch(() => 'broken off');
      await eventually(async () => (await counts()).token).toBe(1);
      const waiting = ask(other);
      await killed?.kill();
      expect(await broken).toBe('broken off');
      await admin.endFaults();
      expect(await waiting).toBe('a report');
    });

    test('store the tokens so that nobody without the credentials can read or change them', async () => {
      const [first, second] = await startAll();
      await ask(first);
      const [call] = await admin.calls(PATHS.sessions);
      const { authorization = '', 'vz-m2m-token': session = '' } = call?.headers ?? {};
      const stored = JSON.stringify(await readNotes());
      expect(stored).toContain('"tokens ');
      for (const secret of [
        authorization.replace('Bearer ', ''),
        session,
        ...Object.values<string>({ ...simulator.credentials }),
      ]) {
        expect(secret.length).toBeGreaterThan(8);
        expect(stored).not.toContain(secret);
        expect(stored).not.toContain(Buffer.from(secret).toString('base64url'));
      }
      const client = new pg.Client(databaseUrl);
      await client.connect();
      await client.query(
        `UPDATE notes SET json = replace(json, substring(json, 30, 4), 'AAAA') WHERE key LIKE 'tokens %'`,
      );
      await client.end();
      expect(await ask(second)).toBe('a report');
      expect(await counts()).toEqual({ token: 2, login: 2 });
    });

    test('do not use the tokens of other credentials', async () => {
      await ask(await set.start());
      const { password } = simulator.credentials;
      const other = await set.start({ THINGSPACE_PASSWORD: `not ${password}` });
      expect(await ask(other)).toMatchObject([{ extensions: { code: 'SIGN_IN_REFUSED' } }]);
    });
  },
);

test('a server that has signed in goes on alone while PostgreSQL is down', { timeout: 120_000 }, async () => {
  const postgres = await startPostgres();
  onTestFinished(postgres.close);
  const world = await startWorld({ config: { databaseUrl: await postgres.createDatabase() } });
  onTestFinished(world.close);
  const [imei = ''] = world.devices('meter', 1);
  expect((await world.query(REPORT, { imei })).errors).toEqual([]);
  await postgres.stop();
  await world.admin.expire('all');
  expect((await world.query(REPORT, { imei })).errors).toEqual([]);
  expect(await world.admin.calls(PATHS.login)).toHaveLength(2);
});

test('the tokens of callers are never stored', async () => {
  const databaseUrl = await createDatabase();
  const world = await startWorld({ config: { databaseUrl, callersBringTokens: true } });
  onTestFinished(world.close);
  const [imei = ''] = world.devices('meter', 1);
  const headers = { Authorization: 'Bearer a-bearer-of-a-caller', 'VZ-M2M-Token': 'a-session-of-a-caller' };
  await world.query(REPORT, { imei }, { headers });
  expect(await world.admin.calls(PATHS.sessions)).toHaveLength(1);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ key: string }>('SELECT key FROM notes');
  await client.end();
  expect(rows.map(({ key }) => key).filter((key) => !key.startsWith('secret '))).toEqual([]);
});
