import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { imeisOf, startAsyncWorld, usageOf, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { openReadySocket, openSocket, type RawGraphqlSocket } from '../support/graphql-socket.ts';
import type { Settings } from '../support/world/settings.ts';
import { PATHS } from '../support/world/admin.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';

describe('a WebSocket', () => {
  let at: AsyncWorld;
  const opened: RawGraphqlSocket[] = [];
  afterEach(async () => {
    for (const { socket } of opened.splice(0)) socket.terminate();
    await at.close();
  });
  const start = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({ config });
  };
  const open = async (): Promise<RawGraphqlSocket> => {
    const socket = await openReadySocket(at.world.url);
    opened.push(socket);
    return socket;
  };
  const openNew = async (protocol?: string | null): Promise<RawGraphqlSocket> => {
    const socket = await openSocket(at.world.url, protocol === undefined ? {} : { protocol });
    opened.push(socket);
    return socket;
  };
  const follow = (socket: RawGraphqlSocket, id: string, txid: string): void =>
    socket.send({ id, type: 'subscribe', payload: { query: PROGRESS, variables: { txid } } });
  const run = (socket: RawGraphqlSocket, id: string, query: string): void =>
    socket.send({ id, type: 'subscribe', payload: { query } });
  const toState = (status: string, receivedDevices: number) => ({
    data: { aggregatedReportProgress: { status, receivedDevices } },
  });

  test('follows a report to its end', async () => {
    await start();
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const socket = await open();
    follow(socket, '1', txid);
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: toState('QUEUED', 0) });
    await at.post(usageOf(txid, a));
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: toState('RECEIVING', 1) });
    await at.post(usageOf(txid, b));
    expect(await socket.next()).toEqual({ id: '1', type: 'next', payload: toState('COMPLETED', 2) });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('runs queries and mutations with the checks of any request', async () => {
    await start();
    const socket = await open();
    const input = `{ imei: ["${imeisOf(1).join()}"], startDate: "${WINDOW.startDate}" }`;
    run(socket, 'm', `mutation { requestAggregatedReport(input: ${input}) { txid } }`);
    expect(await socket.next()).toEqual({
      id: 'm',
      type: 'next',
      payload: { data: { requestAggregatedReport: { txid: 'txid-1' } }, extensions: expect.anything() as unknown },
    });
    expect(await socket.next()).toEqual({ id: 'm', type: 'complete' });
    const sent = at.platform.requests.length;
    expect(at.platform.requests.map(({ path }) => path)).toContain(PATHS.async);
    run(socket, 'q', '{ sessionsReport(input: { imei: "1" }) { txid } }');
    expect(await socket.next()).toMatchObject({
      id: 'q',
      type: 'next',
      payload: {
        data: { sessionsReport: null },
        errors: [{ path: ['sessionsReport'], extensions: { code: 'BAD_USER_INPUT' } }],
      },
    });
    expect(await socket.next()).toEqual({ id: 'q', type: 'complete' });
    expect(at.platform.requests).toHaveLength(sent);
  });

  test.each([
    ['is not GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is too deep', `{ ${'a { '.repeat(30)} b ${'}'.repeat(30)} }`, 'DEPTH_LIMIT_EXCEEDED'],
    ['has no single operation', 'query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
    ['follows no known report', 'subscription { aggregatedReportProgress(txid: "x") { status } }', 'NOT_FOUND'],
  ])('reports an operation that %s, with its position and code, and stays open', async (_, query, code) => {
    await start();
    const socket = await open();
    run(socket, '1', query);
    const answer = await socket.next();
    expect(answer).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code } }] });
    run(socket, '1', '{ __typename }');
    expect(await socket.next()).toMatchObject({ id: '1', type: 'next', payload: { data: { __typename: 'Query' } } });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  test('reports where an operation is not valid', async () => {
    await start();
    const socket = await open();
    run(socket, '1', '{\n  nothing\n}');
    expect(await socket.next()).toMatchObject({ payload: [{ locations: [{ line: 2, column: 3 }] }] });
  });

  test('ends the operations that its client completes, and all when it closes', async () => {
    await start();
    const [one, two] = [await at.request(imeisOf(2)), await at.request(imeisOf(2, 10))];
    const socket = await open();
    follow(socket, '1', one);
    follow(socket, '2', two);
    await socket.next();
    await socket.next();
    expect(at.world.countWatches()).toBe(2);
    socket.send({ id: '1', type: 'complete' });
    await eventually(() => at.world.countWatches()).toBe(1);
    socket.socket.terminate();
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test('cancels the upstream call of a query that its client completes', async () => {
    await start({ callTimeoutMs: 60_000 });
    let isBrokenOff = false;
    at.platform.onRequest(PATHS.sessions, (response) => response.on('close', () => (isBrokenOff = true)));
    const socket = await open();
    run(socket, '1', `{ sessionsReport(input: { imei: "${imeisOf(1).join()}" }) { txid } }`);
    await eventually(() => at.platform.requests.map(({ path }) => path)).toContain(PATHS.sessions);
    socket.send({ id: '1', type: 'complete' });
    await eventually(() => isBrokenOff).toBe(true);
    run(socket, '2', '{ __typename }');
    expect(await socket.next()).toMatchObject({ id: '2' });
  });

  test('answers a ping without its payload', async () => {
    await start();
    const socket = await openNew();
    socket.send({ type: 'ping', payload: { long: 'x' } });
    expect(await socket.next()).toEqual({ type: 'pong' });
  });

  test.each<[string, (socket: RawGraphqlSocket) => void, number]>([
    ['something that is not JSON', (socket) => socket.send('{'), 4400],
    ['an unknown message', (socket) => socket.send({ type: 'start' }), 4400],
    ['an operation without an id', (socket) => socket.send({ type: 'subscribe', payload: { query: '{ a }' } }), 4400],
    ['an operation before connection_init', (socket) => run(socket, '1', '{ __typename }'), 4401],
    [
      'connection_init twice',
      (socket) => {
        socket.send({ type: 'connection_init' });
        socket.send({ type: 'connection_init' });
      },
      4429,
    ],
    ['bytes', (socket) => socket.socket.send(Buffer.from('{"type":"ping"}')), 1003],
    [
      'an id of 256 characters, which would be sent with every event',
      (socket) => socket.send({ id: 'x'.repeat(256), type: 'subscribe', payload: { query: '{ __typename }' } }),
      4400,
    ],
    [
      'a message over a megabyte',
      (socket) => socket.send({ type: 'ping', payload: { a: 'x'.repeat(1_000_000) } }),
      1009,
    ],
  ])('is closed after %s', async (_, send, code) => {
    await start();
    const socket = await openNew();
    send(socket);
    const closed = await socket.closed;
    expect(closed.code).toBe(code);
    if (code !== 1009) expect(closed.reason.length).toBeGreaterThan(10);
  });

  test('is closed if two operations have one id', async () => {
    await start();
    const socket = await open();
    const txid = await at.request(imeisOf(2));
    follow(socket, '1', txid);
    follow(socket, '1', txid);
    expect((await socket.closed).code).toBe(4409);
    await eventually(() => at.world.countWatches()).toBe(0);
  });

  test.each(['graphql-ws', null])(
    'of the subprotocol %s is closed with the name of the right one',
    async (protocol) => {
      await start();
      const socket = await openNew(protocol).catch((error: unknown) => error);
      if (socket instanceof Error) expect(socket.message).toBe('Server sent no subprotocol');
      else expect(await (socket as RawGraphqlSocket).closed).toMatchObject({ code: 4406 });
    },
  );

  test('is closed if connection_init does not arrive within ten seconds', async () => {
    await start();
    const socket = await openNew();
    at.world.clock.advance(10_000);
    expect((await socket.closed).code).toBe(4408);
  });

  test.each([
    [true, 'stays open if its client answers'],
    [false, 'is closed if its client does not answer'],
  ])('is pinged every 15 seconds, and (%s) %s', async (autoPong) => {
    await start();
    const socket = await openReadySocket(at.world.url, {}, { autoPong });
    opened.push(socket);
    follow(socket, '1', await at.request(imeisOf(2)));
    await socket.next();
    let pings = 0;
    let pongs = 0;
    socket.socket.on('ping', () => (pings += 1));
    socket.socket.on('pong', () => (pongs += 1));
    for (let n = 1; n <= 30; n += 1) {
      at.world.clock.advance(15_000);
      await eventually(() => pings === n || socket.socket.readyState !== socket.socket.OPEN).toBe(true);
      // The server reads it after the client's pong.
      socket.socket.ping();
      await eventually(() => pongs === n || socket.socket.readyState !== socket.socket.OPEN).toBe(true);
    }
    expect([pings, socket.socket.readyState]).toEqual(autoPong ? [30, socket.socket.OPEN] : [1, socket.socket.CLOSED]);
    await eventually(() => at.world.countWatches()).toBe(autoPong ? 1 : 0);
  });

  test('is pinged once every 15 seconds, however many others have come and gone before', async () => {
    await start();
    for (let n = 0; n < 10; n += 1) {
      const { socket, closed } = await openReadySocket(at.world.url);
      socket.close();
      await closed;
    }
    const socket = await open();
    let pings = 0;
    socket.socket.on('ping', () => (pings += 1));
    for (let n = 1; n <= 3; n += 1) {
      at.world.clock.advance(15_000);
      socket.send({ id: String(n), type: 'subscribe', payload: { query: '{ __typename }' } });
      expect(await socket.next()).toMatchObject({ type: 'next', id: String(n) });
      expect(await socket.next()).toMatchObject({ type: 'complete', id: String(n) });
      expect(pings).toBe(n);
    }
  });

  test('is closed when it has had no operation for five minutes', async () => {
    await start();
    const socket = await open();
    let pings = 0;
    socket.socket.on('ping', () => (pings += 1));
    for (let minute = 0; minute < 21; minute += 1) {
      at.world.clock.advance(15_000);
      const expected = Math.min(minute + 1, 20);
      await eventually(() => pings >= expected || socket.socket.readyState !== socket.socket.OPEN).toBe(true);
      if (socket.socket.readyState !== socket.socket.OPEN) break;
      // The server answers this after it has read the pong, without which it would close the connection.
      const answered = once(socket.socket, 'pong');
      socket.socket.ping();
      await Promise.race([answered, socket.closed]);
    }
    expect(await socket.closed).toEqual({ code: 1000, reason: 'There was no operation for five minutes.' });
  });

  test('ends with an error and a code when the server stops, once what runs has ended', async () => {
    await start({ callTimeoutMs: 60_000 });
    const txid = await at.request(imeisOf(2));
    const [following, running, idle] = [await open(), await open(), await open()];
    follow(following, '1', txid);
    await following.next();
    const answers: (() => void)[] = [];
    at.platform.onRequest(PATHS.sessions, (response) => {
      answers.push(() => void response.end(JSON.stringify({ txid: 't', sessions: [] })));
    });
    run(running, '1', `{ sessionsReport(input: { imei: "${imeisOf(1).join()}" }) { txid } }`);
    await eventually(() => answers.length).toBe(1);
    const stopped = at.world.shutDown();
    expect(await following.next()).toEqual({
      id: '1',
      type: 'error',
      payload: [
        {
          message: expect.stringContaining('Subscribe again') as string,
          extensions: { code: 'SERVER_SHUTTING_DOWN', retryAfterSeconds: 1 },
        },
      ],
    });
    expect(await following.next()).toBe(null);
    const reason = { code: 1001, reason: 'This server is being stopped. Connect again.' };
    expect([await following.closed, await idle.closed]).toEqual([reason, reason]);
    answers[0]?.();
    expect(await running.next()).toMatchObject({ type: 'next', payload: { data: { sessionsReport: { txid: 't' } } } });
    expect(await running.next()).toEqual({ id: '1', type: 'complete' });
    expect(await running.closed).toEqual(reason);
    await stopped;
  });

  test('takes no more operations when the server stops', async () => {
    await start({ callTimeoutMs: 60_000 });
    const socket = await open();
    let isAsked = false;
    at.platform.onRequest(PATHS.sessions, () => (isAsked = true));
    run(socket, '1', `{ sessionsReport(input: { imei: "${imeisOf(1).join()}" }) { txid } }`);
    await eventually(() => isAsked).toBe(true);
    const stopped = at.world.shutDown();
    await eventually(() => {
      run(socket, String(Math.random()), '{ __typename }');
      return socket.socket.readyState;
    }).not.toBe(socket.socket.OPEN);
    expect((await socket.closed).code).toBe(1001);
    await stopped;
  });
});
