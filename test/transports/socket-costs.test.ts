import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { startCallbackRouter, type RouterMessage } from '../support/callback-router.ts';
import { openReadySocket, openSocket, type RawGraphqlSocket } from '../support/graphql-socket.ts';
import { inspect, INSPECTED, type Inspector } from '../support/inspector.ts';
import { eventually } from '../support/eventually.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf } from '../support/world/async-world.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';

/** The nightly run has more of both. */
const SOCKETS = Number(process.env['SOCKETS'] ?? 200);
const BAD_TOKENS = Number(process.env['BAD_TOKENS'] ?? 500);
const AT_ONCE = 100;
const MAX_BYTES_PER_SOCKET = 40_000;
/** What the server may have compiled and kept meanwhile, however many there were. */
const FIXED_BYTES = 300_000;

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';

let built: BuiltServer;
let platform: RecordingPlatform;
beforeAll(async () => {
  built = await buildServer();
  platform = await startRecordingPlatform();
  platform.onRequest(PATHS.async, answerWith({ txid: 'a-report', status: 'QUEUED' }));
  platform.onRequest(`${PATHS.callbacks}?accountNumber=${ACCOUNT}`, answerWith([]));
});
afterAll(async () => {
  await platform.close();
  await built.remove();
});

const withServer = async (
  settings: Record<string, string>,
  use: (url: string, inspector: Inspector) => Promise<void>,
): Promise<void> => {
  const server: StartedServer = built.start({
    ...INSPECTED,
    DATA_DIR: `${built.folder}/data`,
    THINGSPACE_BASE_URL: platform.url,
    THINGSPACE_CLIENT_ID: 'an-application',
    THINGSPACE_CLIENT_SECRET: 'a-secret-of-it',
    THINGSPACE_USERNAME: 'a-user',
    THINGSPACE_PASSWORD: 'a-password-of-it',
    THINGSPACE_ACCOUNT_NUMBER: ACCOUNT,
    MAX_SOCKETS_PER_CALLER: '0',
    MAX_SUBSCRIPTIONS_PER_CALLER: '0',
    ...settings,
  });
  const url = await server.address('API');
  const inspector = await inspect(server);
  try {
    await use(url, inspector);
  } finally {
    inspector.close();
    server.process.kill('SIGKILL');
    await server.exited();
  }
};

/** Runs the work that many times, a hundred at once. */
const repeat = async <T>(times: number, work: () => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  while (results.length < times) {
    const batch = Math.min(AT_ONCE, times - results.length);
    results.push(...(await Promise.all(Array.from({ length: batch }, work))));
  }
  return results;
};

/** Requests the report that is followed. It gets no messages. */
const requestReport = async (url: string): Promise<void> => {
  const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imeisOf(2))}, startDate: "LAST_WEEK", endDate: "LAST_WEEK" }) { txid } }`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  expect(await response.text()).toContain('a-report');
};

test(`${SOCKETS} WebSockets with a subscription each take less than 40 kB each, and nothing once they are closed`, async () => {
  await withServer({}, async (url, inspector) => {
    await requestReport(url);
    const follow = async (): Promise<RawGraphqlSocket> => {
      const socket = await openReadySocket(url);
      socket.send({ id: '1', type: 'subscribe', payload: { query: PROGRESS, variables: { txid: 'a-report' } } });
      expect(await socket.next()).toMatchObject({ type: 'next' });
      return socket;
    };
    const close = async (sockets: readonly RawGraphqlSocket[]): Promise<void> => {
      for (const { socket } of sockets) socket.close();
      await Promise.all(sockets.map(({ closed }) => closed));
    };
    const toSockets = async (): Promise<number> => (await inspector.measure()).tcpSockets;
    // What is loaded and compiled for the first sockets stays.
    await close(await repeat(50, follow));
    await eventually(toSockets).toBeLessThan(10);
    const before = await inspector.measure();
    const sockets = await repeat(SOCKETS, follow);
    const open = await inspector.measure();
    expect(open.tcpSockets - before.tcpSockets).toBeGreaterThanOrEqual(SOCKETS);
    const bytesPerSocket = (open.bytes - before.bytes) / SOCKETS;
    const residentPerSocket = (open.residentBytes - before.residentBytes) / SOCKETS;
    console.info(
      `${SOCKETS} sockets: ${Math.round(bytesPerSocket)} bytes each, resident ${Math.round(residentPerSocket)}`,
    );
    expect(bytesPerSocket).toBeLessThan(MAX_BYTES_PER_SOCKET);
    // With few sockets, the heap grows ahead of what is needed.
    if (SOCKETS >= 2_000) expect(residentPerSocket).toBeLessThan(MAX_BYTES_PER_SOCKET);
    await close(sockets);
    await eventually(toSockets).toBe(before.tcpSockets);
    expect((await inspector.measure()).bytes - before.bytes).toBeLessThan(FIXED_BYTES + SOCKETS * 2_000);
  });
}, 300_000);

test(`${SOCKETS} subscriptions by HTTP callback take less than 40 kB each, and nothing once the router has ended them`, async () => {
  const router = await startCallbackRouter();
  await withServer({ SUBSCRIPTION_CALLBACK_ALLOWED: router.url }, async (url, inspector) => {
    await requestReport(url);
    const follow = async (): Promise<string> => {
      const { id, body } = await router.subscribe(url, { query: PROGRESS, variables: { txid: 'a-report' } });
      expect(body).toEqual({ data: null });
      return id;
    };
    const end = async (ids: readonly string[]): Promise<void> => {
      const wereIn = (messages: readonly RouterMessage[]): boolean => {
        const seen = new Set(messages.map(({ id }) => id));
        return ids.every((id) => seen.has(id));
      };
      await eventually(() => wereIn(router.events)).toBe(true);
      for (const id of ids) router.terminate(id);
      router.checks.length = 0;
      // Each is noticed by its next heartbeat.
      await eventually(() => wereIn(router.checks)).toBe(true);
    };
    // What is loaded and compiled for the first ones stays.
    await end(await repeat(50, follow));
    const before = await inspector.measure();
    const ids = await repeat(SOCKETS, follow);
    const bytesEach = ((await inspector.measure()).bytes - before.bytes) / SOCKETS;
    console.info(`${SOCKETS} callbacks: ${Math.round(bytesEach)} bytes each`);
    expect(bytesEach).toBeLessThan(MAX_BYTES_PER_SOCKET);
    await end(ids);
    const kept = async (): Promise<number> => (await inspector.measure()).bytes - before.bytes;
    await eventually(kept).toBeLessThan(FIXED_BYTES + SOCKETS * 2_000);
  });
  await router.close();
}, 300_000);

test(`${BAD_TOKENS} connections with bad tokens leave nothing behind`, async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const settings = {
    AUTH_MODE: 'jwt',
    AUTH_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    AUTH_ISSUER: 'https://login.example.com/',
    AUTH_AUDIENCE: 'https://reports.example.com',
    // By default, an address may have a hundred that have not said who they are.
    MAX_SOCKETS_PER_CALLER: String(AT_ONCE),
  };
  await withServer(settings, async (url, inspector) => {
    let tokens = 0;
    const attempt = async (): Promise<number> => {
      tokens += 1;
      // A connection of the batch before may still count.
      const socket = await openSocket(url).catch(() => null);
      if (socket === null) return 429;
      socket.send({ type: 'connection_init', payload: { Authorization: `Bearer ${'x'.repeat(500)}${tokens}.y.z` } });
      return (await socket.closed).code;
    };
    await repeat(200, attempt);
    const before = await inspector.measure();
    const codes = await repeat(BAD_TOKENS, attempt);
    expect(codes.filter((code) => code === 4403).length).toBeGreaterThan(BAD_TOKENS / 2);
    expect(codes.filter((code) => code !== 4403 && code !== 429)).toEqual([]);
    await eventually(async () => (await inspector.measure()).tcpSockets).toBe(before.tcpSockets);
    const left = (await inspector.measure()).bytes - before.bytes;
    console.info(`${BAD_TOKENS} bad tokens: ${left} bytes left`);
    expect(left).toBeLessThan(1_000_000);
  });
}, 300_000);
