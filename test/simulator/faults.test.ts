import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { eventually } from '../support/eventually.ts';
import type { Fields } from '../support/world/simulator-client.ts';
import { setUp } from '../support/world/simulator-setup.ts';

const AGGREGATE = '/hyper-precise/v1/report/aggregate';
const SESSIONS = '/hyper-precise/v1/report/sessions';

async function start(options: SimulatorOptions = {}) {
  const { client, simulator, imeisOf } = await setUp(options);
  const [imei = '', other = ''] = imeisOf('meter');
  const ask = (device = imei) => client.report('sessions', { imei: device });
  const addFault = (spec: Fields) => client.admin('POST', '/faults', spec);
  return { client, simulator, imei, other, ask, addFault };
}

describe('a fault', () => {
  test.each([
    ['errorCode', 'application/json', { errorCode: 'INTERNAL_ERROR', errorMessage: 'Service Unavailable' }],
    ['responseCode', 'application/json', { responseCode: 'INTERNAL_ERROR', message: 'Service Unavailable' }],
    [
      'fault',
      'application/json',
      { fault: { code: '303001', message: 'Service Unavailable', description: 'Service Unavailable' } },
    ],
  ])('responds in the form %s', async (body, contentType, json) => {
    const { ask, addFault } = await start();
    await addFault({ status: 503, body, times: 1 });
    const answer = await ask();
    expect(answer).toMatchObject({ status: 503, json });
    expect(answer.headers.get('content-type')).toBe(contentType);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('responds with XML as the gateway does, with HTML as an overloaded gateway does, or with an empty body', async () => {
    const { ask, addFault } = await start();
    await addFault({ status: 429, body: 'xml', message: 'a < b', headers: { 'Retry-After': '2' }, times: 1 });
    const xml = await ask();
    expect(xml.status).toBe(429);
    expect(xml.headers.get('content-type')).toBe('application/xml');
    expect(xml.headers.get('retry-after')).toBe('2');
    expect(xml.text).toContain('<am:fault xmlns:am="http://wso2.org/apimanager"><am:code>900802</am:code>');
    expect(xml.text).toContain('<am:message>a &lt; b</am:message>');

    await addFault({ status: 502, body: 'html', times: 1 });
    const html = await ask();
    expect(html.headers.get('content-type')).toBe('text/html');
    expect(html.text).toContain('<h1>502 Bad Gateway</h1>');

    await addFault({ status: 504, body: 'empty', times: 1 });
    expect(await ask()).toMatchObject({ status: 504, text: '' });
  });

  test('has the given code and message', async () => {
    const { ask, addFault } = await start();
    await addFault({ status: 400, body: 'errorCode', code: 'UnifiedWebService.X.Y', message: 'no' });
    expect((await ask()).json).toEqual({ errorCode: 'UnifiedWebService.X.Y', errorMessage: 'no' });
  });

  test('can return any body verbatim', async () => {
    const { ask, addFault } = await start();
    await addFault({ rawBody: '[1,', contentType: 'text/plain' });
    const answer = await ask();
    expect(answer).toMatchObject({ status: 200, text: '[1,' });
    expect(answer.headers.get('content-type')).toBe('text/plain');
  });

  test('applies before the tokens are checked', async () => {
    const { client, addFault } = await start();
    await addFault({ status: 500 });
    expect(await client.call('POST', SESSIONS, {})).toMatchObject({ status: 500 });
  });

  test('applies to report calls, or only to the path that it names', async () => {
    const { client, ask, imei, addFault } = await start();
    await addFault({ status: 500, path: `/api${AGGREGATE}` });
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await client.report('aggregate', { imei: [imei] })).toMatchObject({ status: 500 });
    await addFault({ status: 503, path: '/m2m/v1/session/login' });
    expect(await client.login()).toMatchObject({ status: 503 });
    await client.admin('DELETE', '/faults');
    await addFault({ status: 500 });
    expect(await client.login()).toMatchObject({ status: 200 });
  });

  test('can apply to one device only', async () => {
    const { ask, imei, other, addFault } = await start();
    await addFault({ status: 500, imei });
    expect(await ask(other)).toMatchObject({ status: 200 });
    expect(await ask(imei)).toMatchObject({ status: 500 });
  });

  test('happens with its probability, in the same sequence at every start', async () => {
    async function statuses() {
      const { ask, addFault } = await start();
      await addFault({ status: 500, probability: 0.5 });
      const seen: number[] = [];
      for (let count = 0; count < 40; count += 1) seen.push((await ask()).status);
      return seen;
    }
    const seen = await statuses();
    expect(seen.filter((status) => status === 500).length).toBeGreaterThan(10);
    expect(seen.filter((status) => status === 200).length).toBeGreaterThan(10);
    expect(await statuses()).toEqual(seen);
  });

  test('can be latency only, before the normal response', async () => {
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    const { client, ask, addFault } = await start({ wait });
    await addFault({ latencyMilliseconds: 1_500 });
    await addFault({ status: 503, latencyMilliseconds: 500, times: 1 });
    expect(await ask()).toMatchObject({ status: 503 });
    expect(await ask()).toMatchObject({ status: 200 });
    expect(waits).toEqual([2_000, 1_500]);
    await client.admin('DELETE', '/faults');
    await ask();
    expect(waits).toHaveLength(2);
  });

  test('can reset the connection before or after the call takes effect', async () => {
    const { client, addFault } = await start();
    await client.login('wrong');
    await addFault({ reset: true, path: '/m2m/v1/session/login', times: 1 });
    await expect(client.login('wrong')).rejects.toThrow('fetch failed');
    expect((await client.admin('GET', '/sign-in')).json).toMatchObject({ failedLogins: 1 });
    await addFault({ resetAfterEffect: true, path: '/m2m/v1/session/login', times: 1 });
    await expect(client.login('wrong')).rejects.toThrow('fetch failed');
    expect((await client.admin('GET', '/sign-in')).json).toMatchObject({ failedLogins: 2 });
  });

  test('can cut the response off halfway', async () => {
    const { ask, addFault } = await start();
    await addFault({ truncate: true, times: 1 });
    await expect(ask()).rejects.toThrow('terminated');
    await addFault({ truncate: true, rawBody: '', times: 1 });
    await expect(ask()).rejects.toThrow('terminated');
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('can send an endless response, until the client disconnects', async () => {
    const { ask, addFault, simulator } = await start();
    await addFault({ endless: true, times: 1 });
    const leaving = new AbortController();
    const answer = await fetch(`${simulator.url}${SESSIONS}`, { method: 'POST', signal: leaving.signal });
    const reader = answer.body?.getReader();
    let lengthBytes = 0;
    while (lengthBytes < 5_000_000) lengthBytes += ((await reader?.read())?.value as Uint8Array).length;
    leaving.abort();
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('can send the response byte by byte, ten a second', async () => {
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    const { ask, addFault } = await start({ wait });
    await addFault({ slow: true, times: 1 });
    const answer = await ask();
    expect(answer).toMatchObject({ status: 200, json: { id: expect.any(String) as string } });
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)));
    expect(waits).toEqual(Array.from({ length: Buffer.byteLength(answer.text) }, () => 100));
  });

  test('stops a slow response when the client disconnects', async () => {
    let bytes = 0;
    const wait = async (): Promise<void> => {
      bytes += 1;
      await new Promise((resolve) => setImmediate(resolve));
    };
    const { ask, addFault, simulator } = await start({ wait });
    await addFault({ slow: true, rawBody: 'x'.repeat(500_000), times: 1 });
    const leaving = new AbortController();
    const answer = await fetch(`${simulator.url}${SESSIONS}`, { method: 'POST', signal: leaving.signal });
    await answer.body?.getReader().read();
    leaving.abort();
    expect(await ask()).toMatchObject({ status: 200 });
    await eventually(async () => {
      const before = bytes;
      await new Promise((resolve) => setImmediate(resolve));
      return bytes - before;
    }).toBe(0);
    expect(bytes).toBeLessThan(500_000);
  });

  test('is listed until it is removed, alone or with all others', async () => {
    const { client, ask, addFault } = await start();
    const { id } = (await addFault({ status: 500 })).json as { id: string };
    await addFault({ status: 503, times: 2 });
    expect((await client.admin('GET', '/faults')).json).toMatchObject({ faults: [{ id, status: 500 }, { times: 2 }] });
    expect(await client.admin('DELETE', `/faults/${id}`)).toMatchObject({ status: 200 });
    expect(await client.admin('DELETE', `/faults/${id}`)).toMatchObject({ status: 404 });
    expect(await ask()).toMatchObject({ status: 503 });
    await client.admin('DELETE', '/faults');
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test.each([
    [{ status: 700 }, 'status'],
    [{ status: '500' }, 'status'],
    [{ path: '/nowhere' }, 'path'],
    [{ body: 'yaml' }, 'body'],
    [{ headers: { 'bad header': 'x' } }, 'headers.bad header'],
    [{ headers: { 'Retry-After': 2 } }, 'headers.Retry-After'],
    [{ times: 0 }, 'times'],
    [{ probability: 2 }, 'probability'],
    [{ reset: true, endless: true }, 'reset and endless'],
    [{ endless: true, slow: true }, 'endless and slow'],
    [{ sttaus: 500 }, 'sttaus'],
  ])('%j is rejected because of its %s', async (spec, name) => {
    const { addFault } = await start();
    expect(await addFault(spec)).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining(name) as string },
    });
  });
});

describe('the admin API', () => {
  test('lists every device', async () => {
    const { client, simulator } = await start();
    expect((await client.admin('GET', '/devices')).json).toEqual({ devices: simulator.fleet });
    expect(simulator.fleet).toHaveLength(320);
  });

  test('lists every call to the platform in order of arrival, as it was sent', async () => {
    const { client, ask, imei } = await start();
    await ask();
    const group = Buffer.from('Dépôt', 'utf8').toString('latin1');
    await client.call('GET', '/hyper-precise/v1/callbacks?accountNumber=1', undefined, { deviceGroup: group });
    const { calls } = (await client.admin('GET', '/calls')).json as { calls: Fields[] };
    expect(calls.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', '/ts/v1/oauth2/token', 200],
      ['POST', '/ts/v1/oauth2/token', 200],
      ['POST', '/m2m/v1/session/login', 200],
      ['POST', SESSIONS, 200],
      ['GET', '/hyper-precise/v1/callbacks', 401],
    ]);
    expect(calls[3]).toMatchObject({
      body: JSON.stringify({ accountNumber: '0844021539-00001', imei }),
      headers: { 'content-type': 'application/json' },
      receivedAt: '2025-11-19T12:00:00.000Z',
    });
    expect(calls[4]).toMatchObject({ query: { accountNumber: '1' }, headers: { devicegroup: 'Dépôt' }, body: '' });
    expect((await client.admin('GET', '/counts')).json).toMatchObject({
      counts: { '/ts/v1/oauth2/token': 2, [SESSIONS]: 1, [AGGREGATE]: 0 },
    });
    await client.admin('DELETE', '/calls');
    expect((await client.admin('GET', '/calls')).json).toEqual({ calls: [] });
  });

  test('rejects unknown paths, methods and bodies', async () => {
    const { client, simulator } = await start();
    expect(await client.admin('GET', '/nothing')).toMatchObject({ status: 404 });
    const wrong = await client.admin('PUT', '/faults', {});
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET, POST, DELETE');
    expect(await client.admin('POST', '/tokens/expire', { which: 'some' })).toMatchObject({
      status: 400,
      json: { error: 'which must be session, bearer or all.' },
    });
    expect(await client.admin('POST', '/sign-in', { locked: 'no' })).toMatchObject({ status: 400 });
    expect(await client.admin('POST', '/sign-in', { unlocked: true })).toMatchObject({ status: 400 });
    const broken = await fetch(`${simulator.adminUrl}/faults`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
  });
});

describe('the platform over HTTP', () => {
  test('responds to an unknown path with 404 and to a wrong method with 405, as the gateway does', async () => {
    const { client } = await start();
    const unknown = await client.call('POST', '/hyper-precise/v1/report/other', {});
    expect(unknown.status).toBe(404);
    expect(unknown.text).toContain('<am:code>900906</am:code>');
    const wrong = await client.call('GET', AGGREGATE, undefined, { accept: 'application/json' });
    expect(wrong).toMatchObject({ status: 405, json: { fault: { message: 'Method not allowed' } } });
    expect(wrong.headers.get('allow')).toBe('POST');
  });

  test('reports a rejected bearer token in XML to a client that accepts only XML', async () => {
    const { client } = await start();
    const answer = await client.call('POST', SESSIONS, {}, { accept: 'application/xml' });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('<am:code>900902</am:code>');
  });

  test('rejects a body that is not a JSON object, or over a megabyte', async () => {
    const { client } = await start();
    const tokens = await client.signIn();
    for (const body of ['{"imei":', '[]', 'null', '']) {
      expect(await client.call('POST', SESSIONS, body, tokens)).toMatchObject({
        status: 400,
        json: { responseCode: 'INVALID_PARAMETER' },
      });
    }
    const text = { ...tokens, 'content-type': 'text/plain' };
    expect(await client.call('POST', SESSIONS, {}, text)).toMatchObject({ status: 400 });
    const long = JSON.stringify({ accountNumber: 'x'.repeat(1_000_000) });
    expect(await client.call('POST', SESSIONS, long, tokens)).toMatchObject({ status: 413 });
  });

  test('survives clients that disconnect early or send garbage', async () => {
    const { ask, simulator } = await start();
    const { hostname, port } = new URL(simulator.url);
    const leaving = request(`${simulator.url}${SESSIONS}`, { method: 'POST', headers: { 'content-length': 100 } });
    leaving.on('error', () => undefined).write('{');
    leaving.flushHeaders();
    await eventually(async () => {
      const { calls } = (await (await fetch(`${simulator.adminUrl}/calls`)).json()) as { calls: unknown[] };
      return calls.length;
    }).toBe(1);
    leaving.destroy();
    for (const nonsense of ['nonsense\r\n\r\n', 'POST // HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n']) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(nonsense));
        socket.on('data', () => socket.destroy()).on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    }
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('closes at once, even during calls, and can be closed twice', async () => {
    const { client, ask, addFault, simulator } = await start();
    await client.signIn();
    await addFault({ latencyMilliseconds: 3_600_000 });
    const hanging = expect(ask()).rejects.toThrow('fetch failed');
    await eventually(async () => (await client.admin('GET', '/counts')).json).toMatchObject({
      counts: { [SESSIONS]: 1 },
    });
    await simulator.close();
    await simulator.close();
    await hanging;
    await expect(fetch(simulator.url)).rejects.toThrow('fetch failed');
  });
});
