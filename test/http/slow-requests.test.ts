import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toTimeouts } from '../../src/http/listen.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

const TIMEOUT_MS = 300;

test.each([300, 10_000, 30_000, 600_000])(
  'with REQUEST_TIMEOUT_MS=%s is cut off at most a tenth of a timeout late, and its headers too',
  (requestTimeoutMs) => {
    const { requestTimeout, headersTimeout, connectionsCheckingInterval } = toTimeouts(requestTimeoutMs);
    expect([requestTimeout, headersTimeout]).toEqual([requestTimeoutMs, Math.min(requestTimeoutMs, 10_000)]);
    expect(connectionsCheckingInterval).toBe(headersTimeout / 10);
  },
);

describe('a request that arrives slowly', () => {
  let issuer: TokenIssuer;
  let world: World;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    world = await startWorld({ config: { tokens: issuer.config, requestTimeoutMs: TIMEOUT_MS, mcp: true } });
  });
  afterAll(async () => {
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
    await world.close();
    await issuer.close();
  });

  /** Sends the head, then a byte of the body every 20 ms. Returns all responses when the server has closed the connection. */
  const trickle = (head: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(world.url);
      const socket = connect(Number(port), hostname);
      let received = '';
      const timer = setInterval(() => socket.write(' '), 20);
      socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(timer);
        resolve(received);
      });
      socket.write(head.join('\r\n'));
    });
  const bodyTo = (path: string, headers: readonly string[] = []): string[] => [
    ...[`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 100000'],
    ...[...headers, '', ''],
  ];

  test('gets 408 with a valid token, and its connection is closed', async () => {
    const token = await issuer.token(world.clock.now(), { accounts: [world.simulator.accountNumber] });
    const authorization = `Authorization: Bearer ${token}`;
    for (const path of ['/graphql', '/graphql/', '/graphql?a=b', '/mcp']) {
      expect(await trickle(bodyTo(path, [authorization]))).toMatch(
        /^HTTP\/1\.1 408 Request Timeout\r\nConnection: close/,
      );
    }
  });

  test('gets 408 from the callback receiver, and nothing is stored', async () => {
    const answer = await trickle(bodyTo(new URL(world.callbackUrl).pathname));
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(world.logged).toEqual([]);
  });

  test('loses its connection after the error response, if it goes on without a token', async () => {
    expect(await trickle(bodyTo('/graphql'))).toMatch(/^HTTP\/1\.1 401 /);
    expect(await trickle(bodyTo('/nowhere'))).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('gets 408 if its headers do not end', async () => {
    expect(await trickle(['GET /health HTTP/1.1', 'Host: localhost', 'X-Slow: '])).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('is not cut off once it has arrived, however long its response takes', async () => {
    const token = await issuer.token(world.clock.now(), { accounts: [world.simulator.accountNumber] });
    const [imei = ''] = world.devices('tracker', 1);
    await world.admin.fault({ path: '/hyper-precise/v1/report/sessions', latencyMilliseconds: 3 * TIMEOUT_MS });
    const answer = await world.query(
      `{ sessionsReport(input: { imei: "${imei}", startDate: "2026-11-01", endDate: "2026-11-02" }) { deviceId } }`,
      {},
      { headers: { Authorization: `Bearer ${token}` } },
    );
    expect(answer).toMatchObject({ status: 200 });
  });
});
