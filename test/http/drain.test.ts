import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { eventually } from '../support/eventually.ts';
import { subscribe } from '../support/event-stream.ts';
import { sendRaw, type RawAnswer } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';

const [A = '', B = ''] = imeisOf(2);
const JSON_TYPE = { 'Content-Type': 'application/json', Connection: 'keep-alive' };
const REQUEST = `mutation { requestAggregatedReport(input: { imei: ["${A}"], startDate: "2026-11-01" }) { txid } }`;
const FOLLOW = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';

interface Event {
  readonly data?: { readonly aggregatedReportProgress: { readonly status: string } };
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

describe('a server that is stopped', () => {
  let dataDir: string;
  let at: AsyncWorld;
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'drain-'));
    at = await startAsyncWorld({ config: { dataDir } });
  });
  afterEach(async () => {
    await at.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const query = (text: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    sendRaw(at.world.url, { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ query: text }) });
  /** Starts the same server again, on the same store and platform. */
  const restart = async (): Promise<AsyncWorld> => startAsyncWorld({ config: { dataDir }, platformOf: at });

  test('closes each connection after its response, whatever the response is', async () => {
    const followed = { Accept: 'text/event-stream' };
    const requests: readonly (() => Promise<RawAnswer>)[] = [
      () => query('{ __typename }'),
      () => query('{ unknown }'),
      () => query('{ __typename }', { Accept: 'application/graphql-response+json;q=0.9, application/json' }),
      () => query('subscription { aggregatedReportProgress(txid: "nobody") { status } }', followed),
      () => sendRaw(at.world.url, { method: 'GET', path: '/health', headers: JSON_TYPE }),
      () => sendRaw(at.world.url, { method: 'GET', path: '/nothing', headers: JSON_TYPE }),
      () => sendRaw(at.world.url, { headers: { ...JSON_TYPE, Host: 'no host' } }),
      () =>
        at.post(usageOf('txid', A), { headers: { Connection: 'keep-alive' } }).then((sent) => ({ ...sent, body: '' })),
    ];
    const connections = async () =>
      Promise.all(requests.map(async (send) => String((await send()).headers['connection'])));
    expect((await connections()).filter((connection) => connection === 'close').length).toBeLessThan(3);
    const stopped = at.world.shutDown(5_000);
    expect(await connections()).toEqual(requests.map(() => 'close'));
    at.world.clock.advance(5_000);
    await stopped;
  });

  test('saves a report that the platform accepts after its client has left', async () => {
    const held: (() => void)[] = [];
    at.platform.onRequest(PATHS.async, (response, request) => {
      held.push(() => answerWith({ txid: 'late-txid', status: 'QUEUED' })(response, request));
    });
    const leaving = new AbortController();
    const asked = at.world.query(REQUEST, {}, { signal: leaving.signal });
    await eventually(() => held.length).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    let isStopped = false;
    const stopped = at.world.shutDown().then(() => (isStopped = true));
    await eventually(() => at.world.logged.join('')).toContain('no more requests are in progress');
    expect(isStopped).toBe(false);
    held[0]?.();
    await stopped;
    const next = await restart();
    expect(await next.find('late-txid')).toMatchObject({ status: 'QUEUED', expectedDevices: 1 });
    await next.close();
  });

  test('takes subscriptions during its delay, and ends all with an error, so that they continue on the next server', async () => {
    const txid = await at.request([A, B]);
    const before = await subscribe<Event>(at.world.url, FOLLOW, { txid });
    const stopped = at.world.shutDown(5_000);
    const during = await subscribe<Event>(at.world.url, FOLLOW, { txid });
    for (const events of [before, during])
      expect((await events.next())?.data?.aggregatedReportProgress.status).toBe('QUEUED');
    await at.post(usageOf(txid, A));
    expect((await before.next())?.data?.aggregatedReportProgress.status).toBe('RECEIVING');
    expect((await during.next())?.data?.aggregatedReportProgress.status).toBe('RECEIVING');
    at.world.clock.advance(5_000);
    for (const events of [before, during])
      expect((await events.all()).map(({ errors }) => errors?.[0]?.extensions)).toEqual([
        { code: 'SERVER_SHUTTING_DOWN', retryAfterSeconds: 1 },
      ]);
    await stopped;
    const next = await restart();
    const after = await subscribe<Event>(next.world.url, FOLLOW, { txid });
    expect((await after.next())?.data?.aggregatedReportProgress.status).toBe('RECEIVING');
    await next.post(usageOf(txid, B));
    expect((await after.all()).at(-1)?.data?.aggregatedReportProgress.status).toBe('COMPLETED');
    await next.close();
  });

  test('says in its log what it does, and starts nothing twice', async () => {
    const [first, second] = [at.world.shutDown(), at.world.shutDown()];
    await Promise.all([first, second]);
    const messages = at.world.logged.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual([
      'shutting down: not ready any more, and each connection is closed after its response',
      'accepting no more connections, and ending subscriptions',
      'no more requests are in progress',
    ]);
  });
});
