import { afterEach, describe, expect, test } from 'vitest';
import { imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { eventually } from '../support/eventually.ts';
import { openReadySocket, openSocket, type RawGraphqlSocket } from '../support/graphql-socket.ts';
import { subscribe } from '../support/event-stream.ts';
import type { Settings } from '../support/world/settings.ts';

const PROGRESS = 'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { status receivedDevices } }';
const PAGES = Array.from({ length: 100 }, (_, n) => `a${n}: usage(first: 1000) { nodes { imei bytesTransferred } }`);

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
  const follow = (socket: RawGraphqlSocket, id: string, txid: string): void =>
    socket.send({ id, type: 'subscribe', payload: { query: PROGRESS, variables: { txid } } });
  const run = (socket: RawGraphqlSocket, id: string, query: string): void =>
    socket.send({ id, type: 'subscribe', payload: { query } });

  test('is closed if it sends more than 10,000 messages in 15 seconds', async () => {
    await start();
    const socket = await open();
    for (let n = 0; n <= 10_000; n += 1) socket.socket.send('{"type":"pong"}');
    expect((await socket.closed).code).toBe(1008);
  });

  test('is closed if it sends more than ten messages before it is identified', async () => {
    await start();
    const { socket, closed } = await openSocket(at.world.url);
    for (let n = 0; n <= 10; n += 1) socket.send('{"type":"ping"}');
    expect((await closed).code).toBe(1008);
  });

  test('runs at most 100 operations at once', async () => {
    await start({ subscriptionsPerPrincipal: 0 });
    const txid = await at.request(imeisOf(2));
    const socket = await open();
    for (let n = 0; n <= 100; n += 1) follow(socket, String(n), txid);
    const answers = await Promise.all(Array.from({ length: 101 }, () => socket.next()));
    expect(answers.filter((answer) => answer?.type === 'next')).toHaveLength(100);
    expect(answers.find((answer) => answer?.type === 'error')).toMatchObject({
      id: '100',
      payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS', limit: 100 } }],
    });
  });

  test('shares the maximum of open subscriptions with every other transport', async () => {
    await start({ subscriptionsPerPrincipal: 2 });
    const txid = await at.request(imeisOf(2));
    const events = await subscribe(at.world.url, PROGRESS, { txid });
    await events.next();
    const socket = await open();
    follow(socket, '1', txid);
    await socket.next();
    follow(socket, '2', txid);
    expect(await socket.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
    });
    await events.abort();
    await eventually(async () => {
      follow(socket, '3', txid);
      const answer = await socket.next();
      return answer?.type;
    }).toBe('next');
  });

  test('counts among those of its caller, and the next one gets 429', async () => {
    await start({ socketsPerPrincipal: 2 });
    const first = await open();
    opened.push(await openSocket(at.world.url));
    await expect(openSocket(at.world.url)).rejects.toThrow(/^429 .*TOO_MANY_CONNECTIONS/);
    first.socket.close();
    await first.closed;
    await eventually(() =>
      open().then(
        () => true,
        () => false,
      ),
    ).toBe(true);
  });

  test('counts each operation as a request', async () => {
    await start({ rateLimitPerMinute: 4 });
    const socket = await open();
    for (const id of ['1', '2', '3']) {
      run(socket, id, '{ __typename }');
      expect(await socket.next()).toMatchObject({ id, type: 'next' });
      expect(await socket.next()).toEqual({ id, type: 'complete' });
    }
    run(socket, '4', '{ __typename }');
    expect(await socket.next()).toEqual({
      id: '4',
      type: 'error',
      payload: [
        {
          message: 'Too many requests. Send the next one after 15 s.',
          extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 15 },
        },
      ],
    });
    await expect(openSocket(at.world.url)).rejects.toThrow(/^429 .*RATE_LIMITED/);
  });

  test('whose client does not read is closed with a code after a minute, and nothing more is computed for it', async () => {
    await start({ subscriptionBytesPerSecond: 0 });
    const imeis = imeisOf(1_010);
    const txid = await at.request(imeis);
    const usage = imeis.slice(0, 1_000).map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 1 }));
    await at.post({ txid, usage });
    const socket = await open();
    const timers = at.world.clock.countTimers();
    socket.socket.pause();
    run(
      socket,
      '1',
      `subscription { aggregatedReportProgress(txid: "${txid}") { receivedDevices ${PAGES.join(' ')} } }`,
    );
    // The watch pauses between two reads, and the client has a time limit.
    await eventually(() => at.world.clock.countTimers()).toBeGreaterThan(timers + 1);
    await eventually(() => {
      at.world.clock.advance(60_000);
      return at.world.countWatches();
    }).toBe(0);
    socket.socket.resume();
    expect(await socket.closed).toEqual({ code: 1013, reason: 'What was sent was not read within 60 seconds.' });
  });
});
