import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { subscribe, type EventStream } from '../support/event-stream.ts';
import { PATHS } from '../support/world/admin.ts';
import { ACCOUNT, imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';

const PROGRESS = `subscription ($txid: ID!) {
  aggregatedReportProgress(txid: $txid) { status receivedDevices usage(first: 100) { edges { node { imei } } } download }
}`;

interface Event {
  readonly data: {
    readonly aggregatedReportProgress: {
      readonly status: string;
      readonly receivedDevices: number;
      readonly usage: { readonly edges: readonly unknown[] };
      readonly download: string | null;
    };
  };
}

describe('the events of one caller', () => {
  let at: AsyncWorld;
  let issuer: TokenIssuer;
  const begun: EventStream<Event>[] = [];

  beforeEach(async () => {
    issuer = await startTokenIssuer();
  });
  afterEach(async () => {
    await Promise.all(begun.splice(0).map((events) => events.abort()));
    await at.close();
    await issuer.close();
  });

  const start = async (config: Settings): Promise<void> => {
    at = await startAsyncWorld({ config });
  };
  const follow = async (txid: string, headers: Record<string, string> = {}): Promise<EventStream<Event>> => {
    const events = await subscribe<Event>(at.world.url, PROGRESS, { txid }, headers);
    begun.push(events);
    return events;
  };
  const next = async (events: EventStream<Event>): Promise<Event['data']['aggregatedReportProgress']> => {
    const event = await events.next();
    if (event === null) throw new Error('the stream has ended');
    return event.data.aggregatedReportProgress;
  };

  test('that exceed its budget are put off and skip to the newest state, and the last one arrives', async () => {
    await start({ subscriptionBytesPerSecond: 100 });
    const imeis = imeisOf(20);
    const txid = await at.request(imeis);
    const events = await follow(txid);
    expect((await next(events)).receivedDevices).toBe(0);
    await at.post({
      txid,
      usage: imeis.slice(0, 10).map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 1 })),
    });
    // It takes about 400 bytes: more than the 200 that the caller has at once.
    expect((await next(events)).usage.edges).toHaveLength(10);
    for (const imei of imeis.slice(10)) {
      await at.post(usageOf(txid, imei));
      await eventually(async () => (await at.find(txid))?.receivedDevices).toBeGreaterThan(10);
    }
    const rest: Event[] = [];
    let hasEnded = false;
    void events.all().then((all) => {
      rest.push(...all);
      hasEnded = true;
    });
    await eventually(() => {
      at.world.clock.advance(1_000);
      return hasEnded;
    }).toBe(true);
    expect(rest.map(({ data }) => data.aggregatedReportProgress)).toMatchObject([
      { status: 'COMPLETED', receivedDevices: 20 },
    ]);
  });

  test('wait for nobody else’s', async () => {
    await start({ subscriptionBytesPerSecond: 100, tokens: issuer.config });
    const headersOf = async (sub: string) => ({
      Authorization: `Bearer ${await issuer.token(at.world.clock.now(), { sub, accounts: [ACCOUNT] })}`,
    });
    const [one, two] = [await headersOf('one'), await headersOf('two')];
    const imei = imeisOf(50);
    const query = `mutation { requestAggregatedReport(input: { imei: ${JSON.stringify(imei)}, startDate: "2026-11-01" }) { txid } }`;
    const { data } = await at.world.query(query, {}, { headers: one });
    const { txid } = (data as { requestAggregatedReport: { txid: string } }).requestAggregatedReport;
    const many = await Promise.all(Array.from({ length: 10 }, () => follow(txid, one)));
    await at.post({
      txid,
      usage: imei.slice(0, 40).map((each) => ({ imei: each, numberOfSessions: 1, bytesTransferred: 1 })),
    });
    const other = await follow(txid, two);
    const first = await next(other);
    // The report is read four times a second at most.
    expect((first.receivedDevices === 0 ? await next(other) : first).receivedDevices).toBe(40);
    expect(many).toHaveLength(10);
  });

  test('are the same for identical subscriptions, but not for those that reach the server by another name', async () => {
    await start({ trustedProxies: 1 });
    const imeis = imeisOf(3);
    const txid = await at.request(imeis);
    const hosts = ['one.example', 'one.example', 'two.example', 'one.example'];
    const all = await Promise.all(hosts.map((host) => follow(txid, { 'X-Forwarded-Host': host })));
    for (const events of all) expect((await next(events)).receivedDevices).toBe(0);
    for (const imei of imeis) await at.post(usageOf(txid, imei));
    const rest = await Promise.all(all.map((events) => events.all()));
    for (const [each, events] of rest.entries()) {
      const last = events.at(-1)?.data.aggregatedReportProgress;
      expect(last).toMatchObject({ status: 'COMPLETED', receivedDevices: 3 });
      expect(new URL(last?.download ?? '').host).toBe(hosts[each]);
    }
  });

  test('that wait for an upstream call hold up no others, and each asks the platform anew', async () => {
    await start({ callTimeoutMs: 60_000 });
    const imeis = imeisOf(3);
    const [a = '', b = ''] = imeis;
    const txid = await at.request(imeis);
    await at.post(usageOf(txid, a));
    const waiting: ServerResponse[] = [];
    at.platform.onRequest(PATHS.sessions, (response) => void waiting.push(response));
    const calling = await subscribe<unknown>(
      at.world.url,
      `subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) {
        usage(first: 1) { nodes { device { sessionsReport(startDate: "2026-11-01", endDate: "2026-11-10") { txid } } } } } }`,
      { txid },
    );
    await eventually(() => waiting.length).toBe(1);
    const others = await follow(txid);
    expect((await next(others)).receivedDevices).toBe(1);
    await at.post(usageOf(txid, b));
    expect((await next(others)).receivedDevices).toBe(2);
    const toEvent = (sessionsReport: object | null) => ({
      data: { aggregatedReportProgress: { usage: { nodes: [{ device: { sessionsReport } }] } } },
    });
    const answer = (status: number, body: object): void => {
      const response = waiting.shift();
      response?.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    };
    answer(404, { errorCode: 'X', errorMessage: 'no' });
    expect(await calling.next()).toMatchObject(toEvent(null));
    await eventually(() => waiting.length).toBe(1);
    answer(200, { txid: 'second', sessions: [] });
    expect(await calling.next()).toEqual(toEvent({ txid: 'second' }));
    await calling.abort();
  });

  /** Subscribes to events of 6 MB, and reads nothing until `resume` is called. */
  const followWithoutReading = (txid: string): { readonly socket: Socket; readonly received: () => number[] } => {
    const pages = Array.from(
      { length: 100 },
      (_, n) => `a${n}: usage(first: 1000) { nodes { imei bytesTransferred } }`,
    );
    const query = `subscription { aggregatedReportProgress(txid: "${txid}") { receivedDevices ${pages.join(' ')} } }`;
    const body = JSON.stringify({ query });
    const { hostname, port } = new URL(at.world.url);
    const socket = connect(Number(port), hostname).pause();
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => null);
    const head = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    head.push('Accept: text/event-stream', `Content-Length: ${body.length}`);
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    return {
      socket,
      received: () => [...text.matchAll(/"receivedDevices":(\d+)/g)].map(([, devices]) => Number(devices)),
    };
  };
  const storeLargeReport = async (): Promise<string> => {
    const imeis = imeisOf(1_010);
    const txid = await at.request(imeis);
    const usage = imeis.slice(0, 1_000).map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 1 }));
    await at.post({ txid, usage });
    return txid;
  };

  test('are not computed while the client does not read, which then gets the newest state', async () => {
    await start({ subscriptionBytesPerSecond: 0 });
    const txid = await storeLargeReport();
    const timers = at.world.clock.countTimers();
    const { socket, received } = followWithoutReading(txid);
    // The deadline of the client, besides the pause of the watch.
    await eventually(() => at.world.clock.countTimers()).toBeGreaterThan(timers);
    const other = await follow(txid);
    await next(other);
    for (const [n, imei] of imeisOf(3, 1_000).entries()) {
      await at.post(usageOf(txid, imei));
      expect((await next(other)).receivedDevices).toBe(1_001 + n);
    }
    socket.resume();
    await eventually(received).toEqual([1_000, 1_003]);
    socket.destroy();
  });

  test('end if the client does not read them within a minute', async () => {
    await start({ subscriptionBytesPerSecond: 0 });
    const txid = await storeLargeReport();
    const { socket } = followWithoutReading(txid);
    await eventually(() => at.world.countWatches()).toBe(1);
    await eventually(() => {
      at.world.clock.advance(60_000);
      return at.world.countWatches();
    }).toBe(0);
    expect(await at.find(txid)).toMatchObject({ status: 'RECEIVING' });
    socket.destroy();
  });
});
