import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world/world.ts';

const MEGABYTE = 2 ** 20;
const GRAPHQL_BODY = JSON.stringify({ query: '{ __typename }' });

describe('a body that is too large', () => {
  let world: World;
  let sockets: Socket[];
  beforeAll(async () => {
    world = await startWorld();
    sockets = [];
  });
  afterAll(async () => {
    sockets.forEach((socket) => socket.destroy());
    await world.close();
  });

  const open = (): { socket: Socket; received: () => string; isCancelled: () => boolean } => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    sockets.push(socket);
    return { socket, received: () => text, isCancelled: () => socket.closed };
  };
  const write = (socket: Socket, bytes: string | Buffer): Promise<void> =>
    new Promise((resolve) => socket.write(bytes, () => resolve()));
  const toHead = (path: string, length: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
  const toChunk = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const paths: [string, () => string][] = [
    ['the API', () => '/graphql'],
    ['the callback receiver', () => new URL(world.callbackUrl).pathname],
  ];

  describe.each(paths)('for %s', (_, toPath) => {
    test.each(['with a length', 'in chunks'])(
      'gets a 413 even if the client sends all of it first, %s, and the connection stays usable',
      async (form) => {
        const { socket, received } = open();
        const piece = Buffer.alloc(MEGABYTE, 0x20);
        const inChunks = form === 'in chunks';
        const pieces = 24;
        await write(
          socket,
          toHead(toPath(), inChunks ? 'Transfer-Encoding: chunked' : `Content-Length: ${pieces * MEGABYTE}`),
        );
        for (let at = 0; at < pieces; at += 1) {
          await write(socket, inChunks ? toChunk(piece) : piece);
          // The response comes long before the end of the body, and the rest is still read.
          if (at === pieces / 2) await eventually(received).toMatch(/^HTTP\/1\.1 413 /);
        }
        if (inChunks) await write(socket, '0\r\n\r\n');
        await write(socket, toHead('/graphql', `Content-Length: ${GRAPHQL_BODY.length}`) + GRAPHQL_BODY);
        await eventually(received).toContain('"__typename":"Query"');
        expect(received().match(/HTTP\/1\.1 413 /g)).toHaveLength(1);
      },
    );

    test('is cut off if it never ends', async () => {
      const { socket, received, isCancelled } = open();
      await write(socket, toHead(toPath(), 'Transfer-Encoding: chunked'));
      const chunk = toChunk(Buffer.alloc(MEGABYTE, 0x20));
      for (let at = 0; at < 200 && !isCancelled(); at += 1) {
        await new Promise((resolve) => socket.write(chunk, resolve));
      }
      await eventually(isCancelled).toBe(true);
      expect(received()).toMatch(/^HTTP\/1\.1 413 /);
    });

    test('gets a 400 in chunks of one byte, before they cost much, and the connection is closed', async () => {
      const { socket, received, isCancelled } = open();
      const before = process.cpuUsage();
      await write(socket, toHead(toPath(), 'Transfer-Encoding: chunked'));
      socket.write('1\r\n \r\n'.repeat(900_000));
      await eventually(isCancelled).toBe(true);
      const { user, system } = process.cpuUsage(before);
      expect(received()).toMatch(/^HTTP\/1\.1 400 |^$/);
      // To read them all took two seconds.
      expect((user + system) / 1_000_000).toBeLessThan(1);
    });

    test('is read in small chunks of 128 bytes', async () => {
      const { socket, received } = open();
      const chunks = toChunk(Buffer.alloc(128, 0x20)).toString().repeat(6_000);
      await write(socket, `${toHead(toPath(), 'Transfer-Encoding: chunked')}${chunks}0\r\n\r\n`);
      // It is only blank.
      await eventually(received).toMatch(toPath() === '/graphql' ? /"BAD_REQUEST"/ : /^HTTP\/1\.1 200 /);
      expect(received()).not.toContain('pieces');
    });
  });
});

test.each(['"application/json"', '{}', '[1]', '', 'not JSON', '7'])(
  'a body of a megabyte that is no operation (%s) is not given to a second parser as a text',
  async (value) => {
    const world = await startWorld();
    const listKeys = vi.spyOn(Object, 'keys');
    const padded = value.startsWith('"') ? `"${'a'.repeat(900_000)}"` : value + ' '.repeat(900_000);
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: padded,
    });
    const texts = listKeys.mock.calls.filter(([of]) => typeof of === 'string' && of.length > 1_000);
    listKeys.mockRestore();
    await world.close();

    expect(texts).toEqual([]);
    expect([200, 400]).toContain(response.status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: {} }] });
  },
);
