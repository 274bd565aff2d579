import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, test } from 'vitest';
import { createCpuShare } from '../../src/http/cpu-share.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { untilCallersTurn } from '../../src/turns/callers-turn.ts';
import { untilNextTurn } from '../../src/turns/next-turn.ts';
import { readConfig } from '../../src/config/config.ts';
import { eventually } from '../support/eventually.ts';
import { subscribe } from '../support/event-stream.ts';
import { openReadySocket } from '../support/graphql-socket.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';

const SHARE = 0.05;
/** The CPU time that a caller may use at once: two seconds of its share. */
const BURST_MS = 100;
const IMEIS = imeisOf(500);
const USAGE = 'usage(first:1000){...f}';
const FRAGMENT = 'fragment f on DeviceUsageConnection{edges{node{imei numberOfSessions bytesTransferred}}}';
const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';

interface Event {
  readonly data: { readonly aggregatedReportProgress: { readonly status: string; readonly receivedDevices: number } };
}

test('requests of one caller begin in different turns of the event loop, and those of others in the same one', async () => {
  const cpuShare = createCpuShare({ share: 1, clock: systemClock, cpuTimeMs: null });
  let turn = 0;
  const countTurns = (): void => {
    turn += 1;
    if (turn < 10) setImmediate(countTurns);
  };
  setImmediate(countTurns);
  const begin = async (principal: string): Promise<number> => {
    await cpuShare?.takeTurn(principal);
    return turn;
  };

  const turns = await Promise.all([begin('one'), begin('one'), begin('one'), begin('other'), begin('other')]);

  expect(new Set(turns.slice(0, 3)).size).toBe(3);
  expect(turns.slice(3)).toEqual(turns.slice(0, 2));
  await untilNextTurn();
  await untilNextTurn();
  // Whoever comes later waits for none of them.
  const before = turn;
  expect(await begin('one')).toBe(before);
  cpuShare?.close();
});

test('a request begins after the event loop was free for others as long as it has worked for its caller', async () => {
  const cpuShare = createCpuShare({ share: 1, clock: systemClock, cpuTimeMs: null });
  await cpuShare?.takeTurn('one');
  const begunAtMs = performance.now();
  const workMs = 40;
  cpuShare?.charge('one', () => {
    while (performance.now() - begunAtMs < workMs);
  });
  const begun: string[] = [];
  const begin = async (principal: string): Promise<void> => {
    await cpuShare?.takeTurn(principal);
    begun.push(principal);
  };

  await Promise.all([begin('one'), begin('other')]);

  expect(begun).toEqual(['other', 'one']);
  // A timer can be a millisecond early.
  expect(performance.now() - begunAtMs).toBeGreaterThanOrEqual(2 * workMs - 2);
  cpuShare?.close();
});

test('work in progress goes on more slowly once the share of its caller is used up', async () => {
  // At most 20 ms at once.
  const cpuShare = createCpuShare({ share: 0.01, clock: systemClock, cpuTimeMs: null });
  await cpuShare?.takeTurn('one');
  const begunAtMs = performance.now();
  const work = (principal: string): Promise<number> =>
    new Promise((resolve) => {
      cpuShare?.charge(principal, () => {
        const untilMs = performance.now() + (principal === 'one' ? 30 : 5);
        while (performance.now() < untilMs);
        void untilCallersTurn().then(() => resolve(performance.now() - begunAtMs));
      });
    });

  const [ofOne, ofOther] = await Promise.all([work('one'), work('other')]);

  expect(ofOther).toBeLessThan(500);
  // It would have to wait for 3 s, but no work pauses for more than one at a time.
  expect(ofOne).toBeGreaterThan(990);
  cpuShare?.close();
});

describe('the CPU time of a caller', () => {
  let at: AsyncWorld;
  let txid: string;
  afterEach(() => at.close());

  const start = async (config: Settings = { cpuSharePerPrincipal: SHARE }): Promise<void> => {
    at = await startAsyncWorld({ config: { trustedProxies: 1, ...config } });
    txid = await at.request([...IMEIS, ...imeisOf(3, 1_000)]);
    await at.post({
      txid,
      usage: IMEIS.map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 1 })),
    });
  };
  const from = (address: string) => ({ 'X-Forwarded-For': address });
  const send = (query: string, address: string, more: object = {}): Promise<Response> =>
    fetch(at.world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...from(address) },
      body: JSON.stringify({ query, ...more }),
    });
  const toHeavy = (aliases: number): string => {
    const usages = Array.from({ length: aliases }, (_, each) => `a${each}:${USAGE} `).join('');
    return `{aggregatedReportRequest(txid:"${txid}"){${usages}}}${FRAGMENT}`;
  };
  const sendHeavy = async (address: string): Promise<number> => {
    const response = await send(toHeavy(40), address);
    await response.text();
    return response.status;
  };
  const useUp = async (address: string): Promise<void> => {
    // After this time an open subscription is not expected to need more.
    at.world.clock.advance(2_000);
    // One rejection can be because the last request has not quite ended.
    let rejected = 0;
    for (let times = 0; times < 200; times += 1) {
      rejected = (await sendHeavy(address)) === 429 ? rejected + 1 : 0;
      if (rejected === 3) return;
    }
    throw new Error('the share is never used up');
  };

  test('is not limited by default', async () => {
    expect(readConfig({}).limits.cpuSharePerPrincipal).toBe(0);
    expect(readConfig({ CPU_SHARE_PER_PRINCIPAL: '0.25' }).limits.cpuSharePerPrincipal).toBe(0.25);
    for (const wrong of ['0.001', '1.5', '-1', '25%', '.5']) {
      expect(() => readConfig({ CPU_SHARE_PER_PRINCIPAL: wrong })).toThrow(
        /CPU_SHARE_PER_PRINCIPAL: .*from 0\.01 to 1/,
      );
    }
    await start({});
    for (let times = 0; times < 30; times += 1) expect(await sendHeavy('192.0.2.1')).toBe(200);
  });

  test('is measured, and once it is used up its requests get 429 before they are parsed, while others are served', async () => {
    await start();
    await useUp('192.0.2.1');
    const rejected = await send('{ this is not GraphQL', '192.0.2.1');
    expect(rejected.status).toBe(429);
    const { errors } = (await rejected.json()) as {
      errors: { message: string; extensions: Record<string, unknown> }[];
    };
    const seconds = Number(errors[0]?.extensions['retryAfterSeconds']);
    expect(errors).toEqual([
      {
        message: `Your requests have used up your share of this server's CPU time. Send the next one after ${seconds} s, and ask for fewer rows at once.`,
        extensions: { code: 'CPU_SHARE_USED_UP', retryAfterSeconds: seconds },
      },
    ]);
    expect(rejected.headers.get('Retry-After')).toBe(String(seconds));
    expect((await send('{ __typename }', '192.0.2.1', { extensions: {} })).status).toBe(429);
    expect((await send('{ __typename }', '192.0.2.2')).status).toBe(200);
    at.world.clock.advance(seconds * 1_000);
    expect((await send('{ __typename }', '192.0.2.1')).status).toBe(200);
  });

  test('counts requests in progress with what the recent ones needed', async () => {
    await start();
    expect(await sendHeavy('192.0.2.1')).toBe(200);
    at.world.clock.advance(600_000);
    const statuses = await Promise.all(Array.from({ length: 60 }, () => sendHeavy('192.0.2.1')));
    const admitted = statuses.filter((status) => status === 200).length;
    expect(admitted).toBeGreaterThan(0);
    // Each needs some milliseconds of the 100 that are left.
    expect(admitted).toBeLessThan(50);
    expect(statuses.filter((status) => status === 429)).toHaveLength(60 - admitted);
  });

  test.each([
    [
      'GET',
      (queries: readonly string[]) => {
        const headers = { ...from('192.0.2.1'), 'Apollo-Require-Preflight': '1' };
        const get = (query: string) => fetch(`${at.world.url}?query=${encodeURIComponent(query)}`, { headers });
        return Promise.all(queries.map(async (query) => (await get(query)).text()));
      },
    ],
    [
      'a WebSocket',
      async (queries: readonly string[]) => {
        const socket = await openReadySocket(at.world.url, {}, { headers: from('192.0.2.1') });
        for (const [id, query] of queries.entries())
          socket.send({ id: String(id), type: 'subscribe', payload: { query } });
        const answers: string[] = [];
        while (answers.length < queries.length) {
          const message = await socket.next();
          if (message?.type !== 'complete') answers.push(JSON.stringify(message));
        }
        socket.socket.terminate();
        return answers;
      },
    ],
  ])('stops operations by %s that came together, once it is used up', async (_, sendAll) => {
    await start();
    for (const [address, more] of [
      ['192.0.2.8', {}],
      ['192.0.2.9', { extensions: {} }],
    ] as const)
      await (await send(toHeavy(200), address, more)).text();
    // Each takes long to parse and validate.
    const answers = await sendAll(Array.from({ length: 15 }, (__, each) => `${toHeavy(200)} # ${each}`));
    const rejected = answers.filter((answer) => answer.includes('"CPU_SHARE_USED_UP"'));
    // Each is expected to need 5 of the 100 milliseconds, and needs more than 10.
    expect(rejected.length).toBeGreaterThan(5);
    expect(rejected.length).toBeLessThan(15);
  });

  test.each([
    ['in the fast lane', {}],
    ['in the lane of Yoga', { extensions: {} }],
  ])('%s is about that of the process', async (_, more) => {
    await start();
    const query = toHeavy(300);
    for (const address of ['192.0.2.8', '192.0.2.9']) await (await send(query, address, more)).text();
    const before = performance.eventLoopUtilization().active;
    const response = await send(query, '192.0.2.1', more);
    expect(response.status).toBe(200);
    const usedMs = performance.eventLoopUtilization().active - before;
    await response.text();
    const { errors } = (await (await send('{ __typename }', '192.0.2.1')).json()) as {
      errors: { extensions: { retryAfterSeconds: number } }[];
    };
    const chargedMs = BURST_MS + (errors[0]?.extensions.retryAfterSeconds ?? 0) * 1_000 * SHARE;
    // The client of this test runs in the same process.
    expect(chargedMs).toBeGreaterThan(usedMs * 0.5);
    // The seconds are rounded up.
    expect(chargedMs).toBeLessThan(usedMs * 1.2 + 1_000 * SHARE);
  });

  test('also limits downloads', async () => {
    await start();
    const response = await send(`{ aggregatedReportRequest(txid: "${txid}") { download } }`, '192.0.2.3');
    const { data } = (await response.json()) as { data: { aggregatedReportRequest: { download: string } } };
    const { download } = data.aggregatedReportRequest;
    const { pathname, search } = new URL(download);
    const get = (address: string) => fetch(new URL(pathname + search, at.world.url), { headers: from(address) });
    expect((await get('192.0.2.1')).status).toBe(200);
    await useUp('192.0.2.1');
    expect((await get('192.0.2.1')).status).toBe(429);
    expect((await get('192.0.2.2')).status).toBe(200);
  });

  test('puts off the events of subscriptions, which then get the newest state', async () => {
    await start();
    const follow = (address: string) => subscribe<Event>(at.world.url, PROGRESS, { txid }, from(address));
    const [busy, other] = [await follow('192.0.2.1'), await follow('192.0.2.2')];
    for (const events of [busy, other])
      expect((await events.next())?.data.aggregatedReportProgress.receivedDevices).toBe(500);
    await useUp('192.0.2.1');
    const ofBusy: number[] = [];
    const ended = (async () => {
      for await (const { data } of busy) ofBusy.push(data.aggregatedReportProgress.receivedDevices);
    })();
    const [one = '', two = '', three = ''] = imeisOf(3, 1_000);
    for (const [imei, received] of [
      [one, 501],
      [two, 502],
    ] as const) {
      await at.post(usageOf(txid, imei));
      expect((await other.next())?.data.aggregatedReportProgress.receivedDevices).toBe(received);
    }
    expect(ofBusy).toEqual([]);
    await at.post(usageOf(txid, three));
    expect((await other.all()).at(-1)?.data.aggregatedReportProgress.status).toBe('COMPLETED');
    await eventually(() => {
      at.world.clock.advance(1_000);
      return ofBusy.length;
    }).toBe(1);
    await ended;
    expect(ofBusy).toEqual([503]);
  });
});
