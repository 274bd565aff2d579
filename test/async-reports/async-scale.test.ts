import { Agent, request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { subscribe } from '../support/event-stream.ts';
import { measureHeldBytes } from '../support/fakes/held-bytes.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';

interface Progress {
  readonly data: { readonly aggregatedReportProgress: { readonly status: string; readonly progress: number } };
}

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status progress } }';
const DEVICES = 10_000;
const SENDERS = 32;
const TXID = 'txid-of-many';

describe.each(['SQLite', 'PostgreSQL'] as const)('a report on 10,000 devices, stored in %s', (kind) => {
  let at: AsyncWorld;

  afterEach(() => at.close());

  const start = async (): Promise<void> => {
    at = await startAsyncWorld({ config: { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null } });
  };

  test(
    'is COMPLETED with exact totals if messages are shuffled, repeated and early, and its download is streamed',
    { timeout: 180_000 },
    async () => {
      await start();
      const imeis = imeisOf(DEVICES);
      const messages = imeis.map((imei, n) => usageOf(TXID, imei, n * 1_000_003, n % 7));
      const shuffled = shuffle(messages.flatMap((message, n) => (n % 10 === 0 ? [message, message] : [message])));
      const early = shuffled.splice(0, DEVICES / 100);
      at.platform.onRequest(PATHS.async, (response, request) => {
        void postAll(at.world.callbackUrl, early).then(() =>
          answerWith({ txid: TXID, status: 'QUEUED' })(response, request),
        );
      });
      expect(await at.request(imeis)).toBe(TXID);
      const events = (await subscribe<Progress>(at.world.url, PROGRESS, { txid: TXID })).all();
      expect(new Set(await postAll(at.world.callbackUrl, shuffled))).toEqual(new Set([200]));

      const states = (await events).map((event) => event.data.aggregatedReportProgress);
      const progress = states.map((state) => state.progress);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(states.at(-1)).toEqual({ status: 'COMPLETED', progress: 1 });
      const sum = (toNumber: (n: number) => number): number => imeis.reduce((total, _, n) => total + toNumber(n), 0);
      expect(await at.find(TXID)).toMatchObject({
        receivedDevices: DEVICES,
        failedDevices: 0,
        totals: {
          devices: DEVICES,
          silentDevices: Math.ceil(DEVICES / 7),
          numberOfSessions: sum((n) => n % 7),
          bytesTransferred: sum((n) => n * 1_000_003),
          bytesPercentiles: [4_999, 9_499, 9_899].map((rank) => rank * 1_000_003),
        },
        usage: { totalCount: DEVICES },
        missing: { totalCount: 0 },
      });

      const query = `{ aggregatedReportRequest(txid: "${TXID}") { download } }`;
      const { data } = await at.world.query(query);
      const { download } = (data as { aggregatedReportRequest: { download: string } }).aggregatedReportRequest;
      await countLines(download);
      const before = measureHeldBytes();
      let peak = before;
      let chunks = 0;
      const lines = await countLines(download, () => {
        chunks += 1;
        // This collects garbage first: an automatic collection comes at an unpredictable time.
        if (chunks % 10 === 0) peak = Math.max(peak, measureHeldBytes());
      });
      expect(lines).toBe(DEVICES + 1);
      expect(chunks).toBeGreaterThan(20);
      expect(peak - before).toBeLessThan(2 * 2 ** 20);
    },
  );

  test('can be followed on another server, which is notified of each message', { timeout: 60_000 }, async () => {
    await start();
    const location = { databaseUrl: at.databaseUrl, dataDir: at.world.dataDir };
    const neighbour = await startAsyncWorld({ platformOf: at, config: location });
    const [imei = ''] = imeisOf(1);
    const txid = await at.request(imeisOf(2));
    const events = await subscribe<Progress>(neighbour.world.url, PROGRESS, { txid });
    expect((await events.next())?.data.aggregatedReportProgress.status).toBe('QUEUED');
    expect(neighbour.world.callbackUrl.split('/').at(-1)).toBe(at.world.callbackUrl.split('/').at(-1));
    expect((await at.post(usageOf(txid, imei))).status).toBe(200);
    expect((await events.next())?.data.aggregatedReportProgress.progress).toBe(0.5);
    await events.abort();
    await neighbour.close();
  });
});

/** Posts each message in its own HTTP request, SENDERS at a time. Returns the statuses. */
async function postAll(url: string, messages: readonly object[]): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const statuses = await Promise.all(messages.map((message) => post(url, JSON.stringify(message), agent)));
  agent.destroy();
  return statuses;
}

function post(url: string, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const request = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject).end(body);
  });
}

/** Shuffles with a fixed seed, so every run has the same order. */
function shuffle<T>(values: readonly T[]): T[] {
  let state = 42;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647);
  return values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

function countLines(url: string, onChunk: () => void = () => undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let lines = 0;
    httpRequest(url, (response) => {
      response.on('data', (chunk: Buffer) => {
        onChunk();
        for (const byte of chunk) if (byte === 10) lines += 1;
      });
      response.on('end', () => resolve(lines));
    })
      .on('error', reject)
      .end();
  });
}
