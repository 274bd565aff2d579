import { connect, type Socket } from 'node:net';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createUnreadResponses } from '../../src/domain/unread-responses.ts';
import { closeStalled } from '../../src/http/stalled-responses.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world/world.ts';

const MEGABYTE = 2 ** 20;
const IMEIS = Array.from({ length: 10_000 }, (_, at) => String(350_000_000_000_000 + at));
/** A response of about 7 MB. */
const LARGE = JSON.stringify({
  query: `query ($imei: [IMEI!]!) { ${Array.from(
    { length: 7 },
    (_, at) => `a${at}: devices(imei: $imei) { ${'b'.repeat(40)}: imei ${'c'.repeat(40)}: accountNumber }`,
  ).join(' ')} }`,
  variables: { imei: IMEIS },
});

describe('a client that does not read its responses', () => {
  let world: World;
  let sockets: Socket[];
  beforeEach(async () => {
    world = await startWorld();
    sockets = [];
  });
  afterEach(async () => {
    sockets.forEach((socket) => socket.destroy());
    await world.close();
  });

  const send = (): Socket => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${LARGE.length}\r\n\r\n${LARGE}`,
    );
    sockets.push(socket);
    return socket;
  };
  const ask = async (body: string) => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    return { status: response.status, text: await response.text() };
  };

  test('gets no more than 64 MiB of them, whatever it asks for next, and is served again once it reads', async () => {
    for (let at = 0; at < 12; at += 1) send();
    await eventually(async () => (await ask(LARGE)).status).toBe(429);

    const { status, text } = await ask(LARGE);
    expect(status).toBe(429);
    expect(JSON.parse(text)).toMatchObject({
      errors: [{ extensions: { code: 'RESPONSES_UNREAD', limit: 64 * MEGABYTE } }],
    });
    expect(text).toContain('Read them before you ask for more');
    // A small response is not refused for what is not read yet.
    expect((await ask(JSON.stringify({ query: '{ __typename }' }))).status).toBe(200);

    sockets.forEach((socket) => socket.resume());
    await eventually(async () => (await ask(LARGE)).status).toBe(200);
  });
});

describe('what a caller has not read', () => {
  const never = (): void => undefined;

  test('is counted by caller, and a caller with nothing unread gets a response of any size', () => {
    const unread = createUnreadResponses();
    expect(unread.add(() => 'a', 100 * MEGABYTE, never)).toBeNull();
    expect(unread.check(() => 'a')).toMatchObject({ code: 'RESPONSES_UNREAD' });
    expect(unread.add(() => 'a', MEGABYTE, never)).toMatchObject({ code: 'RESPONSES_UNREAD' });
    expect(unread.check(() => 'b')).toBeNull();
    expect(unread.add(() => 'b', MEGABYTE, never)).toBeNull();
  });

  test('stops counting when a response has been sent or its connection is closed', () => {
    const unread = createUnreadResponses();
    const ends: (() => void)[] = [];
    for (let at = 0; at < 8; at += 1)
      expect(
        unread.add(
          () => 'a',
          8 * MEGABYTE,
          (end) => ends.push(end),
        ),
      ).toBeNull();
    expect(unread.add(() => 'a', 8 * MEGABYTE, never)).not.toBeNull();
    ends.pop()?.();
    expect(
      unread.add(
        () => 'a',
        8 * MEGABYTE,
        (end) => ends.push(end),
      ),
    ).toBeNull();
    ends.forEach((end) => end());
    expect(unread.add(() => 'a', 64 * MEGABYTE, never)).toBeNull();
  });
});

describe('a connection whose client takes nothing of a response', () => {
  const STALL_MS = 200;

  const start = async (respond: Parameters<typeof closeStalled>[0]) => {
    let closed = 0;
    const server = createServer(closeStalled(respond, STALL_MS));
    server.on('connection', (socket: Socket) => socket.on('close', () => (closed += 1)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    client.pause();
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return {
      client,
      closed: () => closed,
      stop: () => {
        client.destroy();
        server.close();
      },
    };
  };

  test('is closed', async () => {
    const { closed, stop } = await start((_, response) => response.end(Buffer.alloc(64 * MEGABYTE)));
    await eventually(closed).toBe(1);
    stop();
  });

  test('is not closed while it waits for a response that takes longer', async () => {
    const { client, closed, stop } = await start((_, response) => setTimeout(() => response.end('late'), 3 * STALL_MS));
    let text = '';
    client.on('data', (chunk: Buffer) => (text += chunk.toString()));
    client.resume();
    await eventually(() => text).toContain('late');
    expect(closed()).toBe(0);
    stop();
  });
});
