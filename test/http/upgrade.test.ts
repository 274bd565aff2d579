import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';
import { openSocket } from '../support/graphql-socket.ts';

describe('a request that asks for another protocol', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  /** Sends each request once the one before it is answered, and resolves with all that comes until the connection is closed. */
  const send = (...requests: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(world.url);
      const socket = connect(Number(port), hostname);
      let text = '';
      const sendNext = (): void => void socket.write(requests.shift() ?? '');
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (requests.length > 0) sendNext();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
      sendNext();
    });
  const toRequest = (lines: readonly string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`;
  const BODY = '{"query":"{ __typename }"}';
  const HTTP_2 = [
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
  ];
  const HANDSHAKE = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ];

  test('is answered as it is if that is HTTP/2, because servers may ignore it', async () => {
    const first = [
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      ...HTTP_2,
      'Content-Type: application/json',
      `Content-Length: ${BODY.length}`,
    ];
    const second = ['GET /health HTTP/1.1', 'Host: localhost', 'Connection: close'];
    const text = await send(toRequest(first, BODY), toRequest(second));
    expect(text).toContain('{"data":{"__typename":"Query"}');
    expect(text).toMatch(/\r\n\r\nOK\n$/);
  });

  test('is answered as it is if that is HTTP/2 and it has no body', async () => {
    const lines = ['GET /health HTTP/1.1', 'Host: localhost', ...HTTP_2, 'Connection: close'];
    expect(await send(toRequest(lines))).toMatch(/\r\n\r\nOK\n$/);
  });

  test.each([
    ['another path', 'GET /health HTTP/1.1', ['Host: localhost', ...HANDSHAKE], 404, 'There is nothing at this path'],
    ['no host', 'GET /graphql HTTP/1.1', HANDSHAKE, 400, 'Host'],
    ['two hosts', 'GET /graphql HTTP/1.1', ['Host: a', 'Host: b', ...HANDSHAKE], 400, 'BAD_REQUEST'],
    ['another method', 'POST /graphql HTTP/1.1', ['Host: localhost', ...HANDSHAKE], 405, 'method'],
    ['no key', 'GET /graphql HTTP/1.1', ['Host: localhost', ...HANDSHAKE.slice(0, 3)], 400, 'Sec-WebSocket-Key'],
  ])('gets an error and its connection is closed for %s', async (_, line, headers, status, message) => {
    const text = await send(toRequest([line, ...headers]));
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(text).toContain(message);
  });

  test('is accepted for a WebSocket at the path of the API', async () => {
    const { socket } = await openSocket(world.url);
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.terminate();
  });
});
