import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { sendRaw } from '../support/raw-request.ts';

describe('the admin API', () => {
  let simulator: Simulator;
  let port: string;
  beforeAll(async () => {
    simulator = await startSimulator();
    ({ port } = new URL(simulator.url));
  });
  afterAll(() => simulator.close());

  const JSON_TYPE = { 'Content-Type': 'application/json' };
  const FAULT = JSON.stringify({ status: 503, times: 1 });
  const send = async (method: string, path: string, headers: Record<string, string>, body = '') =>
    (await sendRaw(simulator.url, { method, path: `/__simulator${path}`, headers, body })).status;
  const post = (headers: Record<string, string>): Promise<number> => send('POST', '/faults', headers, FAULT);

  test.each(['127.0.0.1', '127.8.9.1:80', 'localhost', 'LocalHost:4010', 'sim.localhost:1', '[::1]:4010'])(
    'is open with the Host %s',
    async (Host) => {
      expect(await send('GET', '/devices', { Host })).toBe(200);
      expect(await post({ Host, ...JSON_TYPE })).toBe(200);
    },
  );

  test.each([
    ...[
      'rebound.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'notlocalhost',
      '10.0.0.7',
      '[::2]',
      ' ',
    ],
    ...['evil.example/localhost', 'localhost@evil.example', 'x localhost'],
  ])('is closed with the Host "%s", for every method', async (Host) => {
    for (const [method, path] of [
      ['GET', '/devices'],
      ['GET', '/calls'],
      ['POST', '/faults'],
      ['DELETE', '/faults'],
    ] as const)
      expect(await send(method, path, { Host, ...JSON_TYPE })).toBe(403);
  });

  test('cannot be changed by a page of another site', async () => {
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://127.0.0.1:${Number(port) + 1}` },
      { Origin: `https://127.0.0.1:${port}` },
    ]) {
      expect(await post({ ...headers, 'Content-Type': 'text/plain' })).toBe(403);
      expect(await send('DELETE', '/calls', headers)).toBe(403);
    }
    expect(await post({ Origin: `http://127.0.0.1:${port}`, 'Sec-Fetch-Site': 'same-origin', ...JSON_TYPE })).toBe(200);
  });

  test('accepts no forms, but the body of a client that sends no type', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'Multipart/Form-Data; boundary=x'])
      expect(await post({ 'Content-Type': type })).toBe(415);
    expect(await post({})).toBe(200);
    expect(await post({ 'Content-Type': 'text/plain;charset=UTF-8' })).toBe(200);
  });

  test('is separate from the platform, which any Host may call', async () => {
    const answer = await sendRaw(simulator.url, {
      path: '/api/ts/v1/oauth2/token',
      headers: { Host: 'other.example' },
    });
    expect(answer.status).toBe(401);
  });
});
