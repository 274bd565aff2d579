import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { readImageEnvironment, readRepositoryFile } from '../support/deployment/deployment-files.ts';
import { describeBehindNginx, startNginx, type Nginx } from '../support/deployment/nginx.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { openSocket } from '../support/graphql-socket.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { createPost, startLoad, type Failure } from '../support/rolling-restart/clients.ts';
import { startSubscriber } from '../support/rolling-restart/subscribers.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';

const REQUEST = `mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }`;
const CLIENTS = 8;
const USAGE = 'query ($imei: IMEI!) { sessionsReport(input: { imei: $imei }) { sessions { startTime } } }';

// The services of compose.yaml as processes of this machine, with their environment: everything but the container engine.
describeBehindNginx('the two replicas of compose.yaml behind nginx', { timeout: 120_000 }, () => {
  let built: BuiltServer;
  let folder: string;
  let simulator: Simulator;
  let nginx: Nginx;
  let start: (at: number) => Promise<StartedServer>;
  let replicas: StartedServer[];
  const client = createPost(8);

  beforeAll(async () => {
    built = await buildServer();
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-nginx-'));
    simulator = await startSimulator({ callbackDelayMilliseconds: 2_000 });
    const ports = [await findFreePort(), await findFreePort()];
    nginx = await startNginx(folder, ports);
    const text = (await readRepositoryFile('compose.yaml')).replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
    const { services } = parse(text, { merge: true }) as {
      services: Record<string, { environment: Record<string, string> }>;
    };
    const environment = { ...(await readImageEnvironment()), ...services['server-1']?.environment };
    const DATABASE_URL = await createDatabase();
    const { THINGSPACE_BASE_URL = '' } = simulator.environment;
    start = async (at) => {
      const server = built.start({
        ...environment,
        DATABASE_URL,
        THINGSPACE_BASE_URL,
        PUBLIC_URL: nginx.url,
        PORT: String(ports[at]),
        DATA_DIR: path.join(folder, `data-${at}`),
        METRICS_PORT: '0',
        SHUTDOWN_DELAY_SECONDS: '1',
      });
      await server.address('API');
      return server;
    };
    replicas = await Promise.all([start(0), start(1)]);
  }, 120_000);
  afterAll(async () => {
    client.close();
    for (const { process } of replicas) process.kill('SIGKILL');
    await nginx.close();
    await simulator.close();
    await built.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const imeis = (count: number): string[] =>
    simulator.fleet
      .filter(({ kind }) => kind === 'tracker')
      .slice(0, count)
      .map(({ imei }) => imei);
  const ask = async (query: string, variables: object = {}) => {
    const { status, body } = await client.post(`${nginx.url}/graphql`, { query, variables });
    if (status !== 200 || body.includes('"errors"')) throw new Error(`${status} ${body}`);
    return (JSON.parse(body) as { data: Record<string, Record<string, string>> }).data;
  };

  test('answer queries, show GraphiQL, and keep their probes to themselves', async () => {
    expect(await ask(USAGE, { imei: imeis(1)[0] })).toMatchObject({
      sessionsReport: { sessions: expect.any(Array) as [] },
    });
    const page = await fetch(`${nginx.url}/graphql`, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toContain('<title>Device reports');
    for (const probe of ['livez', 'readyz', 'health', 'version'])
      expect((await fetch(`${nginx.url}/${probe}`)).status).toBe(404);
    expect(nginx.complaints()).toBe('');
  });

  test('get the messages of the platform through nginx, and events reach subscribers at once', async () => {
    const { registerCallbackListener } = await ask('mutation { registerCallbackListener(input: {}) { url } }');
    expect(registerCallbackListener?.['url']).toContain(nginx.url);
    const input = { imei: imeis(3), startDate: 'LAST_WEEK', endDate: 'LAST_WEEK' };
    const { requestAggregatedReport } = await ask(REQUEST, { input });
    const subscriber = startSubscriber(`${nginx.url}/graphql`, requestAggregatedReport?.['txid'] ?? '', 'event stream');
    // Events that are buffered would arrive together.
    await eventually(() => subscriber.seen.map(({ status }) => status)).toEqual(['QUEUED']);
    await subscriber.completed;
    expect(subscriber.cuts()).toBe(0);
  });

  test('serve WebSockets', async () => {
    const socket = await openSocket(`${nginx.url}/graphql`);
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    socket.socket.close();
    await socket.closed;
  });

  // nginx does not ask for readiness. What it sends at the moment when a replica stops listening, it does not send again if it is a POST.
  test('are restarted one after the other under load, which each client notices once per replica at most', async () => {
    const failures: Failure[] = [];
    const load = startLoad(CLIENTS, failures, async (number) => {
      await ask(USAGE, { imei: imeis(100)[number % 100] });
    });
    for (const at of [0, 1]) {
      const before = load.count();
      replicas[at]?.process.kill('SIGTERM');
      expect(await replicas[at]?.exited()).toBe(0);
      replicas[at] = await start(at);
      expect(load.count()).toBeGreaterThan(before);
    }
    await load.stop();
    expect(failures.filter(({ what }) => !what.includes('502 Bad Gateway'))).toEqual([]);
    expect(failures.length).toBeLessThanOrEqual(CLIENTS * replicas.length);
  });

  test('answer every request that nginx has read if it is told before a restart to leave the replica out', async () => {
    const failures: Failure[] = [];
    const load = startLoad(CLIENTS, failures, async (number) => {
      await ask(USAGE, { imei: imeis(100)[number % 100] });
    });
    for (const at of [0, 1]) {
      const before = load.count();
      await nginx.leaveOut(at);
      replicas[at]?.process.kill('SIGTERM');
      expect(await replicas[at]?.exited()).toBe(0);
      replicas[at] = await start(at);
      await nginx.leaveOut(null);
      expect(load.count()).toBeGreaterThan(before);
    }
    await load.stop();
    // A reload closes connections on which nginx has not read a request yet.
    expect(failures.filter(({ what }) => !what.includes('socket hang up'))).toEqual([]);
  });
});
