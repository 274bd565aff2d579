import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { subscribe, type EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { sendRaw, type RawAnswer } from '../support/raw-request.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const HOUR_MS = 3_600_000;
const SKEW_MS = 31_000;

interface Event {
  readonly data?: { readonly aggregatedReportProgress: { readonly status: string } };
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly retryAfterSeconds?: number } }[];
}

describe('the subscriptions of one caller', () => {
  let issuer: TokenIssuer;
  let at: AsyncWorld;
  const begun: EventStream<Event>[] = [];
  beforeEach(async () => {
    issuer = await startTokenIssuer();
  });
  afterEach(async () => {
    await Promise.all(begun.splice(0).map((events) => events.abort()));
    await at.close();
    await issuer.close();
  });

  const open = async (config: Settings): Promise<void> => {
    at = await startAsyncWorld({ config });
  };
  const headersOf = async (sub: string, lifetimeMs = HOUR_MS): Promise<Record<string, string>> => {
    const nowMs = at.world.clock.now();
    const exp = Math.floor((nowMs + lifetimeMs) / 1_000);
    return { Authorization: `Bearer ${await issuer.token(nowMs, { sub, accounts: [ACCOUNT], exp })}` };
  };
  const requestReport = async (imei: readonly string[], headers: Record<string, string>): Promise<string> => {
    const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imei)}, startDate: "2026-11-01" }) { txid } }`;
    const { data } = await at.world.query(query, {}, { headers });
    return (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport.txid;
  };
  /** Starts a subscription and waits for its first event. */
  const follow = async (txid: string, headers: Record<string, string> = {}): Promise<EventStream<Event>> => {
    const events = await subscribe<Event>(at.world.url, PROGRESS, { txid }, headers);
    begun.push(events);
    expect((await events.next())?.data?.aggregatedReportProgress.status).toBe('QUEUED');
    return events;
  };
  const trySubscribing = (txid: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    sendRaw(at.world.url, {
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query: PROGRESS, variables: { txid } }),
    });
  /** Waits for a free slot, and takes it. */
  const followInTime = async (txid: string, headers: Record<string, string> = {}): Promise<EventStream<Event>> => {
    const taken: EventStream<Event>[] = [];
    await eventually(async () => {
      const events = await follow(txid, headers).catch(() => null);
      if (events !== null) taken.push(events);
      return taken.length;
    }).toBe(1);
    const [events] = taken;
    if (events === undefined) throw new Error('no slot was free');
    return events;
  };

  test('over the limit are rejected with advice, while queries still work', async () => {
    await open({ subscriptionsPerPrincipal: 2 });
    const txid = await at.request(imeisOf(2));
    await follow(txid);
    await follow(txid);
    const rejected = await trySubscribing(txid);
    expect(rejected.status).toBe(429);
    expect(JSON.parse(/^data: (.*)$/m.exec(rejected.body)?.[1] ?? '')).toEqual({
      errors: [
        {
          message:
            'You have 2 subscriptions open, the maximum per caller. End one of them, or poll aggregatedReportRequest.',
          extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limit: 2 },
        },
      ],
    });
    expect(await at.find(txid)).toMatchObject({ status: 'QUEUED' });
    expect(at.world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('are not limited if the limit is 0', async () => {
    await open({ subscriptionsPerPrincipal: 0 });
    const txid = await at.request(imeisOf(2));
    await Promise.all(Array.from({ length: 150 }, () => follow(txid)));
  });

  test('free their slot when they end, are closed or fail', async () => {
    await open({ subscriptionsPerPrincipal: 1 });
    const [a = ''] = imeisOf(1);
    const txid = await at.request([a]);
    const left = await follow(txid);
    expect((await trySubscribing(txid)).status).toBe(429);
    await left.abort();
    const whole = await followInTime(txid);
    await at.post(usageOf(txid, a));
    expect((await whole.all()).map(({ data }) => data?.aggregatedReportProgress.status)).toEqual(['COMPLETED']);
    const another = await at.request(imeisOf(2));
    await (await followInTime(another)).abort();
    for (let times = 0; times < 3; times += 1) {
      await eventually(async () => (await trySubscribing('nobody')).body).toContain('NOT_FOUND');
    }
    await followInTime(another);
  });

  test('free their slot when the token expires, and are counted per caller', async () => {
    await open({ subscriptionsPerPrincipal: 1, tokens: issuer.config });
    const [one, two] = [await headersOf('one', HOUR_MS), await headersOf('two', 2 * HOUR_MS)];
    const txid = await requestReport(imeisOf(2), one);
    const ofOne = await follow(txid, one);
    const ofTwo = await follow(txid, two);
    expect((await trySubscribing(txid, one)).status).toBe(429);
    expect((await trySubscribing(txid, two)).status).toBe(429);
    at.world.clock.advance(HOUR_MS + SKEW_MS);
    expect((await ofOne.all())[0]?.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await followInTime(txid, await headersOf('one'));
    expect((await trySubscribing(txid, two)).status).toBe(429);
    await ofTwo.abort();
    await followInTime(txid, two);
  });

  test('are counted per address, as a trusted proxy reports it, if nobody signs in', async () => {
    await open({ subscriptionsPerPrincipal: 1, trustedProxies: 1 });
    const txid = await at.request(imeisOf(2));
    const from = (address: string) => ({ 'X-Forwarded-For': address });
    await follow(txid, from('192.0.2.1'));
    expect((await trySubscribing(txid, from('192.0.2.1'))).status).toBe(429);
    await follow(txid, from('192.0.2.2'));
    await follow(txid, from('2001:db8::1'));
    expect((await trySubscribing(txid, from('2001:db8::2'))).status).toBe(429);
  });

  test('that are pipelined on one connection take a slot each, and all end with it', async () => {
    await open({ subscriptionsPerPrincipal: 20 });
    const txids = await Promise.all(Array.from({ length: 20 }, (_, at20) => at.request(imeisOf(2, 10 * at20))));
    const { hostname, port } = new URL(at.world.url);
    const socket = connect(Number(port), hostname);
    const pieces: string[] = [];
    socket.on('data', (chunk: Buffer) => void pieces.push(chunk.toString()));
    for (const txid of txids) pipeline(socket, txid);
    await eventually(() => pieces.join('')).toContain('QUEUED');
    await eventually(() => at.world.countWatches()).toBe(20);
    expect((await trySubscribing(txids[0] ?? '')).status).toBe(429);
    socket.destroy();
    await eventually(() => at.world.countWatches()).toBe(0);
    await Promise.all(txids.map((txid) => followInTime(txid)));
  });

  test('end with an error that says so when the server stops', async () => {
    await open({ subscriptionsPerPrincipal: 2 });
    const txid = await at.request(imeisOf(2));
    const all = [await follow(txid), await follow(txid)];
    const closing = at.world.close();
    for (const events of all) {
      const { code, retryAfterSeconds } = (await events.next())?.errors?.[0]?.extensions ?? {};
      expect([code, retryAfterSeconds, await events.next()]).toEqual(['SERVER_SHUTTING_DOWN', 1, null]);
    }
    await closing;
  });
});

/** Sends a subscription without waiting for the previous response. */
function pipeline(socket: Socket, txid: string): void {
  const body = JSON.stringify({ query: PROGRESS, variables: { txid } });
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    'Accept: text/event-stream',
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
}
