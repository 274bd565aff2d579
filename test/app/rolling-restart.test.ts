import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerWith, answerWithUsage, startRecordingPlatform } from '../support/fakes/recording-platform.ts';
import type { RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { findFreePort } from '../support/free-port.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { startReadinessBalancer, type ReadinessBalancer } from '../support/rolling-restart/balancer.ts';
import { createPost, startLoad, type Failure } from '../support/rolling-restart/clients.ts';
import { createReplica, type Replica } from '../support/rolling-restart/replica.ts';
import { startSubscriber, type Transport } from '../support/rolling-restart/subscribers.ts';
import { PATHS } from '../support/world/admin.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

/** `ROLLING_CALLBACKS=10000` at night. */
const CALLBACKS = Number(process.env['ROLLING_CALLBACKS'] ?? 1_000);
const REPORTS = 10;
const DEVICES = CALLBACKS / REPORTS;
const SUBSCRIBERS_PER_TRANSPORT = 20;
const TRANSPORTS: readonly Transport[] = ['event stream', 'WebSocket'];
const REPLICAS = 3;
const SENDERS = 4;
const SPREAD_MS = 15_000;
const CALLBACK_SECRET = 'a-secret-of-the-callback-path';
const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-18' };
const REQUEST = 'mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }';
const USAGE =
  'query ($input: AggregatedReportInput!) { aggregatedReport(input: $input) { usage { imei bytesTransferred } errors { imei } } }';
const TOTALS =
  'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { status receivedDevices totals { bytesTransferred } } }';
const ENVIRONMENT = {
  HOST: '127.0.0.1',
  NODE_ENV: 'production',
  ALLOWED_HOSTS: '*',
  THINGSPACE_CLIENT_ID: 'id-5f1c',
  THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
  THINGSPACE_USERNAME: 'user-77b0',
  THINGSPACE_PASSWORD: 'password-d4c9',
  THINGSPACE_ACCOUNT_NUMBER: '0844021539-00001',
  CALLBACK_SECRET,
  CACHE_MAX_BYTES: '0',
  UPSTREAM_TOTAL_TIMEOUT_MS: '5000',
  SHUTDOWN_DELAY_SECONDS: '2',
};

const imeiOf = (number: number): string => String(350_000_000_000_000 + number);
const bytesOf = (imei: string): number => Number(imei) % 1_000_003;

describe('three servers on one PostgreSQL behind a load balancer', () => {
  let built: BuiltServer;
  let platform: RecordingPlatform;
  let balancer: ReadinessBalancer;
  let replicas: Replica[];
  let folder: string;
  const client = createPost(12);
  /** How often the platform started a report of each first device. */
  const starts = new Map<string, number>();

  beforeAll(async () => {
    built = await buildServer();
    folder = await mkdtemp(path.join(tmpdir(), 'rolling-restart-'));
    platform = await startRecordingPlatform();
    let txids = 0;
    platform.onRequest(PATHS.async, (response, request) => {
      const { imei } = JSON.parse(request.body.toString()) as { imei: string[] };
      const [first = ''] = imei;
      starts.set(first, (starts.get(first) ?? 0) + 1);
      txids += 1;
      answerWith({ txid: `txid-${txids}`, status: 'QUEUED' })(response, request);
    });
    platform.onRequest(
      PATHS.aggregate,
      answerWithUsage((imei) => ({ numberOfSessions: 1, bytesTransferred: bytesOf(imei) })),
    );
    const DATABASE_URL = await createDatabase();
    const ports = [await findFreePort(), await findFreePort(), await findFreePort()];
    balancer = await startReadinessBalancer(ports);
    replicas = ports.map((port) =>
      createReplica(built, port, () => balancer, {
        ...ENVIRONMENT,
        DATABASE_URL,
        DATA_DIR: path.join(folder, String(port)),
        THINGSPACE_BASE_URL: platform.url,
        PUBLIC_URL: balancer.url,
      }),
    );
    for (const replica of replicas) await replica.start();
  }, 120_000);
  afterAll(async () => {
    client.close();
    await balancer.close();
    await Promise.all(replicas.map((replica) => replica.kill()));
    await platform.close();
    await rm(folder, { recursive: true, force: true });
    await built.remove();
  }, 30_000);

  const send = async (
    query: string,
    variables: object,
    headers: Record<string, string> = {},
  ): Promise<Record<string, unknown>> => {
    const { status, body } = await client.post(`${balancer.url}/graphql`, { query, variables }, headers);
    const { data, errors } = JSON.parse(body) as { data?: Record<string, unknown>; errors?: unknown };
    if (status !== 200 || data === undefined || errors !== undefined) throw new Error(`${status} ${body}`);
    return data;
  };
  const requestReport = async (imei: readonly string[], key: string): Promise<string> => {
    const { requestAggregatedReport: report } = (await send(
      REQUEST,
      { input: { imei, ...WINDOW } },
      { 'Idempotency-Key': key },
    )) as {
      requestAggregatedReport: { txid: string };
    };
    return report.txid;
  };
  const postMessage = async (txid: string, imei: string): Promise<void> => {
    const usage = [{ imei, numberOfSessions: 1, bytesTransferred: bytesOf(imei) }];
    const { status, body } = await client.post(`${balancer.url}/callbacks/device-reports/${CALLBACK_SECRET}`, {
      txid,
      usage,
    });
    if (status !== 200) throw new Error(`callback: ${status} ${body}`);
  };

  /**
   * Puts the servers under load while `disturb` runs, then lets the reports complete, and checks that nothing was lost and nothing counted
   * twice. Everything that failed is returned.
   */
  const underLoad = async (firstDevice: number, disturb: () => Promise<void>) => {
    const failures: Failure[] = [];
    const devicesOf = (report: number): string[] =>
      Array.from({ length: DEVICES }, (_, at) => imeiOf(firstDevice + report * DEVICES + at));
    const reports = await Promise.all(
      Array.from({ length: REPORTS }, async (_, number) => {
        const imeis = devicesOf(number);
        return { txid: await requestReport(imeis, `report-${firstDevice}-${number}`), imeis };
      }),
    );
    const subscribers = TRANSPORTS.flatMap((transport) =>
      Array.from({ length: SUBSCRIBERS_PER_TRANSPORT }, (_, at) =>
        startSubscriber(`${balancer.url}/graphql`, reports[at % REPORTS]?.txid ?? '', transport),
      ),
    );
    await expect.poll(() => subscribers.every(({ seen }) => seen.length > 0), { timeout: 15_000 }).toBe(true);

    // The last message of each report comes after the disturbance, so that its subscriptions outlive that.
    const early = reports.flatMap(({ txid, imeis }) => imeis.slice(0, -1).map((imei) => ({ txid, imei })));
    const resent: { txid: string; imei: string }[] = [];
    const newReports: string[] = [];
    const loads = [
      startLoad(4, failures, async (number) => {
        const imei = imeiOf(900_000_000 + (number % 100_000));
        const data = await send(USAGE, { input: { imei: [imei], ...WINDOW } });
        expect(data).toEqual({ aggregatedReport: { usage: [{ imei, bytesTransferred: bytesOf(imei) }], errors: [] } });
      }),
      startLoad(1, failures, async (number) => {
        const imei = imeiOf(firstDevice + 500_000_000 + number);
        newReports.push(await requestReport([imei], `load-${imei}`));
      }),
    ];
    // Spread over the disturbance, and sent again if they got no 200, as the platform does.
    const over = new AbortController();
    const sendSome = async (messages: typeof early): Promise<void> => {
      for (const message of messages) {
        await postMessage(message.txid, message.imei).catch((error: unknown) => {
          failures.push({ atMs: Date.now(), what: String(error) });
          resent.push(message);
        });
        if (!over.signal.aborted) await new Promise((resolve) => setTimeout(resolve, SPREAD_MS / messages.length));
      }
    };
    const sending = Promise.all(
      Array.from({ length: SENDERS }, (_, sender) => sendSome(early.filter((__, at) => at % SENDERS === sender))),
    );
    await disturb();
    over.abort();
    await sending;
    await Promise.all(loads.map((load) => load.stop()));
    for (const { txid, imei } of resent) await postMessage(txid, imei);
    for (const { txid, imeis } of reports) await postMessage(txid, imeis.at(-1) ?? '');
    await Promise.all(subscribers.map(({ completed }) => completed));

    for (const { txid, imeis } of reports) {
      const bytesTransferred = imeis.reduce((sum, imei) => sum + bytesOf(imei), 0);
      expect(await send(TOTALS, { txid })).toEqual({
        aggregatedReportRequest: { status: 'COMPLETED', receivedDevices: DEVICES, totals: { bytesTransferred } },
      });
    }
    for (const { seen } of subscribers) {
      const received = seen.map(({ receivedDevices }) => receivedDevices);
      expect(received).toEqual([...received].sort((one, other) => one - other));
      expect(seen.at(-1)).toEqual({ status: 'COMPLETED', receivedDevices: DEVICES });
    }
    // Every report that a client heard of is stored, and none was started twice.
    for (const txid of newReports.slice(-50))
      expect(await send(TOTALS, { txid })).toMatchObject({ aggregatedReportRequest: { status: 'QUEUED' } });
    expect(new Set(newReports).size).toBe(newReports.length);
    expect([...starts].filter(([, count]) => count > 1)).toEqual([]);
    return { failures, subscribers, queries: loads[0]?.count() ?? 0, newReports: newReports.length };
  };

  test(
    'restart one after the other without a failed request, and each subscription continues elsewhere',
    { timeout: 180_000 },
    async () => {
      const { failures, subscribers, queries, newReports } = await underLoad(0, async () => {
        for (const replica of replicas) {
          expect(await replica.stop()).toBe(0);
          await replica.start();
        }
      });
      expect(failures).toEqual([]);
      expect([queries > 100, newReports > 10]).toEqual([true, true]);
      for (const { transport, cuts, shutdowns } of subscribers)
        expect({ transport, cuts: cuts(), isAnnounced: shutdowns() > 0 }).toEqual({
          transport,
          cuts: 0,
          isAnnounced: true,
        });
      for (const replica of replicas) expect(replica.log()).not.toMatch(/broke off|"level":50/);
    },
  );

  test('lose nothing if one is killed, and the others answer as before', { timeout: 120_000 }, async () => {
    const [killed] = replicas;
    let killedAtMs = Infinity;
    let restoredAtMs = Infinity;
    const { failures, subscribers, queries } = await underLoad(100_000_000, async () => {
      killedAtMs = Date.now();
      await killed?.kill();
      await expect.poll(() => balancer.ready().length).toBe(REPLICAS - 1);
      restoredAtMs = Date.now();
      await killed?.start();
    });
    expect(queries).toBeGreaterThan(100);
    // Only until the load balancer notices. A key in use on the killed server is uncertain.
    const late = failures.filter(
      ({ atMs, what }) => (atMs < killedAtMs || atMs > restoredAtMs + 500) && !what.includes('IDEMPOTENCY_UNCERTAIN'),
    );
    expect(late).toEqual([]);
    for (const subscriber of subscribers) expect(subscriber.cuts()).toBeLessThanOrEqual(1);
    const cut = subscribers.filter((subscriber) => subscriber.cuts() === 1);
    expect(new Set(cut.map(({ transport }) => transport))).toEqual(new Set(TRANSPORTS));
    expect(REPLICAS).toBe(balancer.ready().length);
  });
});
