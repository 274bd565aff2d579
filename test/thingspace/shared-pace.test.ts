import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { createReplicaSet, type ReplicaProcess, type ReplicaSet } from '../support/replicas/replica-set.ts';
import { useStoreBench } from '../support/store/stores.ts';
import { PATHS } from '../support/world/admin.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

const REPORT = 'query ($imei: IMEI!) { sessionsReport(input: { imei: $imei }) { deviceId } }';
const SERVERS = 3;
const SECOND_MS = 1_000;
const imeiOf = (number: number): string => String(350_000_000_000_000 + number);

describe('three servers on one PostgreSQL', { timeout: 120_000 }, () => {
  let built: BuiltServer;
  let platform: RecordingPlatform;
  let set: ReplicaSet;
  let servers: ReplicaProcess[];
  /** When the platform got each report call. */
  const receivedAtMs: number[] = [];
  const accept = answerWith({ id: '1', txid: 'a-txid', sessions: [] });

  beforeAll(async () => {
    built = await buildServer();
  }, 120_000);
  afterAll(() => built.remove());
  beforeEach(async () => {
    receivedAtMs.length = 0;
    platform = await startRecordingPlatform();
    platform.onRequest(PATHS.sessions, (response, request) => {
      receivedAtMs.push(performance.now());
      accept(response, request);
    });
  });
  afterEach(async () => {
    await set.close();
    await platform.close();
  });

  const start = async (environment: Record<string, string>): Promise<void> => {
    set = await createReplicaSet(built, await createDatabase(), {
      THINGSPACE_BASE_URL: platform.url,
      THINGSPACE_CLIENT_ID: 'id-5f1c',
      THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
      THINGSPACE_USERNAME: 'user-77b0',
      THINGSPACE_PASSWORD: 'password-d4c9',
      THINGSPACE_ACCOUNT_NUMBER: '0844021539-00001',
      ...environment,
    });
    servers = await Promise.all(Array.from({ length: SERVERS }, () => set.start()));
    // Signs all of them in.
    for (const [number, server] of servers.entries()) await server.query(REPORT, { imei: imeiOf(number) });
    receivedAtMs.length = 0;
  };
  const ask = async (server: ReplicaProcess | undefined, number: number): Promise<unknown> => {
    const { errors = [] } = (await server?.query(REPORT, { imei: imeiOf(number) })) ?? {};
    return errors.map(({ extensions }) => extensions['code']);
  };

  it('keep UPSTREAM_CALLS_PER_SECOND together', async () => {
    await start({ UPSTREAM_CALLS_PER_SECOND: '5' });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => ask(servers[at % SERVERS], 100 + at)));
    expect(answers).toEqual(answers.map(() => []));
    expect(receivedAtMs).toHaveLength(30);
    // Six rounds of five take five pauses. If each server kept the pace alone, its two rounds would take one.
    expect((receivedAtMs.at(-1) ?? 0) - (receivedAtMs[0] ?? 0)).toBeGreaterThan(4 * SECOND_MS);
  });

  it('all wait after one of them got a 429', async () => {
    await start({});
    platform.onRequest(PATHS.sessions, answerWith({}, 429, { 'Retry-After': '2' }));
    const limited = ask(servers[0], 200);
    await eventually(() => platform.requestsTo(PATHS.sessions).length).toBe(SERVERS + 1);
    const limitedAtMs = performance.now();
    platform.onRequest(PATHS.sessions, (response, request) => {
      receivedAtMs.push(performance.now());
      accept(response, request);
    });
    // The others hear of it within milliseconds, at most when they are next told to look.
    await eventually(async () => {
      const { data } = (await servers[1]?.query('{ serverStatus { pace { pausedAccounts } } }')) ?? {};
      return data?.['serverStatus'];
    }).toEqual({ pace: { pausedAccounts: 1 } });
    expect(await Promise.all([limited, ask(servers[1], 201), ask(servers[2], 202)])).toEqual([[], [], []]);
    expect(Math.min(...receivedAtMs) - limitedAtMs).toBeGreaterThan(1.8 * SECOND_MS);
  });
});

describe('the limits of servers on one PostgreSQL', () => {
  const bench = useStoreBench('PostgreSQL');
  const pace = { maxCalls: 3, periodMs: 60_000 };

  it('reserve calls in order, as many in each period as the pace allows, whoever asks', async () => {
    const limits = [(await bench.open()).limits, (await bench.open()).limits];
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (const each of limits) waits.push(...((await each?.reserveCalls('a', 1, pace)) ?? []));
    }
    const periods = waits.map((waitMs) => Math.ceil(waitMs / pace.periodMs));
    expect(periods).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    expect(await limits[0]?.reserveCalls('b', 3, pace)).toEqual([0, 0, 0]);
    const next = (await limits[1]?.reserveCalls('b', 2, pace)) ?? [];
    expect(next.map((waitMs) => Math.ceil(waitMs / pace.periodMs))).toEqual([1, 1]);
  });

  it('never shorten a pause, and list only those of one prefix', async () => {
    const limits = (await bench.open()).limits;
    await limits?.pauseCalls('one a', 60_000);
    await limits?.pauseCalls('one a', 10);
    await limits?.pauseCalls('two b', 60_000);
    const pauses = await limits?.readPauses('one ');
    expect([...(pauses?.keys() ?? [])]).toEqual(['one a']);
    expect(pauses?.get('one a')).toBeGreaterThan(50_000);
  });
});
