import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import { subscribe, type EventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { sendRaw, type RawAnswer } from '../support/raw-request.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const HOUR_MS = 3_600_000;
const SKEW_MS = 31_000;

interface Event {
  readonly data?: { readonly aggregatedReportProgress: { readonly status: string } };
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
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

  const open = async (config: Partial<Config>): Promise<void> => {
    at = await startAsyncWorld({ config });
  };
  const headersOf = async (sub: string, lifetimeMs = HOUR_MS): Promise<Record<string, string>> => {
    const nowMs = at.world.clock.now();
    const exp = Math.floor((nowMs + lifetimeMs) / 1_000);
    return { Authorization: `Bearer ${await issuer.token(nowMs, { sub, accounts: [ACCOUNT], exp })}` };
  };
  const place = async (imei: readonly string[], headers: Record<string, string>): Promise<string> => {
    const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imei)}, startDate: "2026-11-01" }) { txid } }`;
    const { data } = await at.world.query(query, {}, { headers });
    return (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport.txid;
  };
  /** One that has begun. */
  const follow = async (txid: string, headers: Record<string, string> = {}): Promise<EventStream<Event>> => {
    const events = await subscribe<Event>(at.world.url, PROGRESS, { txid }, headers);
    begun.push(events);
    expect((await events.next())?.data?.aggregatedReportProgress.status).toBe('QUEUED');
    return events;
  };
  const refusalOf = (txid: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    sendRaw(at.world.url, {
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query: PROGRESS, variables: { txid } }),
    });
  /** Waits for a place, and takes it. */
  const followInTime = async (txid: string, headers: Record<string, string> = {}): Promise<EventStream<Event>> => {
    const taken: EventStream<Event>[] = [];
    await eventually(async () => {
      const events = await follow(txid, headers).catch(() => null);
      if (events !== null) taken.push(events);
      return taken.length;
    }).toBe(1);
    const [events] = taken;
    if (events === undefined) throw new Error('no place was free');
    return events;
  };

  test('beyond the limit are refused with what to do, and queries are not', async () => {
    await open({ subscriptionsPerPrincipal: 2 });
    const txid = await at.request(imeisOf(2));
    await follow(txid);
    await follow(txid);
    const refused = await refusalOf(txid);
    expect(refused.status).toBe(429);
    expect(JSON.parse(/^data: (.*)$/m.exec(refused.body)?.[1] ?? '')).toEqual({
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

  test('are as many as come where the limit is 0', async () => {
    await open({ subscriptionsPerPrincipal: 0 });
    const txid = await at.request(imeisOf(2));
    await Promise.all(Array.from({ length: 150 }, () => follow(txid)));
  });

  test('give their place back when they end, are left, are refused for what they ask, or break off', async () => {
    await open({ subscriptionsPerPrincipal: 1 });
    const [a = ''] = imeisOf(1);
    const txid = await at.request([a]);
    const left = await follow(txid);
    expect((await refusalOf(txid)).status).toBe(429);
    await left.abort();
    const whole = await followInTime(txid);
    await at.post(usageOf(txid, a));
    expect((await whole.all()).map(({ data }) => data?.aggregatedReportProgress.status)).toEqual(['COMPLETED']);
    const another = await at.request(imeisOf(2));
    await (await followInTime(another)).abort();
    for (let times = 0; times < 3; times += 1) {
      await eventually(async () => (await refusalOf('nobody')).body).toContain('NOT_FOUND');
    }
    await followInTime(another);
  });

  test('give their place back when the token is over, and are counted for each caller with a token', async () => {
    await open({ subscriptionsPerPrincipal: 1, tokens: issuer.config });
    const [one, two] = [await headersOf('one', HOUR_MS), await headersOf('two', 2 * HOUR_MS)];
    const txid = await place(imeisOf(2), one);
    const ofOne = await follow(txid, one);
    const ofTwo = await follow(txid, two);
    expect((await refusalOf(txid, one)).status).toBe(429);
    expect((await refusalOf(txid, two)).status).toBe(429);
    at.world.clock.advance(HOUR_MS + SKEW_MS);
    expect((await ofOne.all())[0]?.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await followInTime(txid, await headersOf('one'));
    expect((await refusalOf(txid, two)).status).toBe(429);
    await ofTwo.abort();
    await followInTime(txid, two);
  });

  test('are counted for the address where nobody is known, as a trusted proxy saw it', async () => {
    await open({ subscriptionsPerPrincipal: 1, trustedProxies: 1 });
    const txid = await at.request(imeisOf(2));
    const from = (address: string) => ({ 'X-Forwarded-For': address });
    await follow(txid, from('192.0.2.1'));
    expect((await refusalOf(txid, from('192.0.2.1'))).status).toBe(429);
    await follow(txid, from('192.0.2.2'));
    await follow(txid, from('2001:db8::1'));
    expect((await refusalOf(txid, from('2001:db8::2'))).status).toBe(429);
  });

  test('that wait behind another on one connection have a place each, and all end with it', async () => {
    await open({ subscriptionsPerPrincipal: 20 });
    const txids = await Promise.all(Array.from({ length: 20 }, (_, at20) => at.request(imeisOf(2, 10 * at20))));
    const { hostname, port } = new URL(at.world.url);
    const socket = connect(Number(port), hostname);
    const pieces: string[] = [];
    socket.on('data', (chunk: Buffer) => void pieces.push(chunk.toString()));
    for (const txid of txids) pipeline(socket, txid);
    await eventually(() => pieces.join('')).toContain('QUEUED');
    await eventually(() => at.world.countWatches()).toBe(20);
    expect((await refusalOf(txids[0] ?? '')).status).toBe(429);
    socket.destroy();
    await eventually(() => at.world.countWatches()).toBe(0);
    await Promise.all(txids.map((txid) => followInTime(txid)));
  });

  test('end with the server', async () => {
    await open({ subscriptionsPerPrincipal: 2 });
    const txid = await at.request(imeisOf(2));
    const all = [await follow(txid), await follow(txid)];
    const closing = at.world.close();
    for (const events of all) expect(await events.next()).toBe(null);
    await closing;
  });
});

/** Asks before the last answer is there. */
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
