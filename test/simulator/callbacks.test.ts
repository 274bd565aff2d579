import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createCallbackPost } from '../../src/simulator/callbacks/callback-post.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { eventually } from '../support/eventually.ts';
import { field } from '../support/world/simulator-client.ts';
import type { Fields, HeaderFields, PlatformClient } from '../support/world/simulator-client.ts';
import { startCallbackListener } from '../support/world/simulator-listener.ts';
import type { CallbackListener, ReceivedMessage } from '../support/world/simulator-listener.ts';
import { setUp } from '../support/world/simulator-setup.ts';

const CALLBACKS = '/hyper-precise/v1/callbacks';
const ACCOUNT = '?accountNumber=0844021539-00001';
const SERVICE = 'BullseyeReporting';

const listening: CallbackListener[] = [];

afterEach(async () => {
  await Promise.all(listening.splice(0).map((listener) => listener.close()));
});

async function listen(answer?: (response: ServerResponse, count: number) => void): Promise<CallbackListener> {
  const listener = await startCallbackListener(answer);
  listening.push(listener);
  return listener;
}

async function register(client: PlatformClient, url: string) {
  return client.call('POST', `${CALLBACKS}${ACCOUNT}`, { name: SERVICE, url }, await client.signIn());
}

async function settled(client: PlatformClient): Promise<unknown> {
  await eventually(async () => (await client.admin('GET', '/callbacks')).json).toMatchObject({ pending: 0 });
  return (await client.admin('GET', '/callbacks')).json;
}

async function start(options: SimulatorOptions = {}, answer?: (response: ServerResponse, count: number) => void) {
  const { client, imeisOf } = await setUp(options);
  const listener = await listen(answer);
  await register(client, listener.url);
  return { client, imeisOf, listener };
}

function devicesOf({ body }: ReceivedMessage): { form: string; txid: unknown; imei: unknown } {
  const message = (Array.isArray(body) ? body[0] : body) as Fields;
  const { txid, imei, usage, errors, faultResponse } = message;
  if (faultResponse !== undefined) return { form: 'faultResponse', txid, imei };
  if (usage === undefined && errors === undefined) return { form: 'flat', txid, imei };
  const [item] = (usage ?? errors) as { imei: string }[];
  return { form: Array.isArray(body) ? 'list' : usage === undefined ? 'errors' : 'usage', txid, imei: item?.imei };
}

describe('callback messages', () => {
  test('are sent one per device, in every form, in another order, with the transaction id of the request', async () => {
    const { client, imeisOf, listener } = await start();
    const asked = [...imeisOf('meter').slice(0, 9), ...imeisOf('inactive').slice(0, 4)];
    const answer = await client.report('async/aggregate', { imei: asked });
    expect(answer).toMatchObject({ status: 200, json: { status: 'QUEUED' } });

    const messages = (await listener.received(asked.length)).map(devicesOf);
    expect(new Set(messages.map(({ txid }) => txid))).toEqual(new Set([field(answer, 'txid')]));
    expect(new Set(messages.map(({ form }) => form))).toEqual(
      new Set(['usage', 'flat', 'list', 'errors', 'faultResponse']),
    );
    expect(messages.map(({ imei }) => imei)).not.toEqual(asked);
    expect(messages.map(({ imei }) => imei).sort()).toEqual([...asked].sort());
    expect(await settled(client)).toEqual({ sent: 13, answered200: 13, pending: 0, lost: 0 });
  });

  test('contain the same usage as the synchronous report', async () => {
    const { client, imeisOf, listener } = await start();
    const asked = imeisOf('camera').slice(0, 6);
    await client.report('async/aggregate', { imei: asked });
    const { usage = [] } = await client.aggregateOf(asked);
    const messages = JSON.stringify((await listener.received(6)).map(({ body }) => body));
    for (const { imei, bytesTransferred } of usage) {
      expect(messages).toMatch(
        new RegExp(`"imei":"${imei}","numberOfSessions":\\d+,"bytesTransferred":${bytesTransferred}\\b`),
      );
    }
  });

  test('carry the user name and password of the registered URL as Basic credentials, and use its path and query', async () => {
    const { client, imeisOf } = await setUp();
    const listener = await listen();
    await register(client, `${listener.url.replace('//', '//wache:p%40ss@')}/inbox?secret=1`);
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 1) });
    const [message] = await listener.received(1);
    expect(message).toMatchObject({
      path: '/inbox?secret=1',
      headers: {
        authorization: `Basic ${Buffer.from('wache:p@ss').toString('base64')}`,
        'content-type': 'application/json',
      },
    });
  });

  test('are sent three more times, five minutes apart, if the response is not 200', async () => {
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    const statuses = [500, 202, 302];
    const { client, imeisOf, listener } = await start({ wait }, (response, count) =>
      response.writeHead(statuses[count - 1] ?? 503, { location: '/elsewhere' }).end(),
    );
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 1) });
    await listener.received(4);
    expect(await settled(client)).toEqual({ sent: 4, answered200: 0, pending: 0, lost: 1 });
    expect(waits).toEqual([300_000, 300_000, 300_000]);
    expect(listener.messages.map(({ path }) => path)).toEqual(['/', '/', '/', '/']);
  });

  test('are sent again after the configured time', async () => {
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    const { client, imeisOf } = await start({ wait, callbackRetrySeconds: 3 }, (response, count) =>
      response.writeHead(count === 1 ? 503 : 200).end(),
    );
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 1) });
    expect(await settled(client)).toMatchObject({ sent: 2, answered200: 1 });
    expect(waits).toEqual([3_000]);
  });

  test('are not sent again after a 200', async () => {
    const { client, imeisOf, listener } = await start({ wait: () => Promise.resolve() }, (response, count) => {
      if (count === 1) response.destroy();
      else response.writeHead(200).end('stored');
    });
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 1) });
    expect(await settled(client)).toEqual({ sent: 2, answered200: 1, pending: 0, lost: 0 });
    expect(listener.messages).toHaveLength(2);
  });

  test('are sent at most eight at a time', async () => {
    const open: ServerResponse[] = [];
    const { client, imeisOf, listener } = await start({}, (response) => open.push(response));
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 12) });
    await listener.received(8);
    expect((await client.admin('GET', '/callbacks')).json).toMatchObject({ sent: 8, pending: 12 });
    open.splice(0).forEach((response) => response.writeHead(200).end());
    await listener.received(12);
    open.splice(0).forEach((response) => response.writeHead(200).end());
    expect(await settled(client)).toMatchObject({ answered200: 12 });
  });

  test('are lost if no listener is registered, and are not sent if the filters match no device', async () => {
    const { client, imeisOf } = await setUp({ requireListener: false });
    expect(await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 2) })).toMatchObject({
      status: 200,
    });
    expect(await settled(client)).toEqual({ sent: 0, answered200: 0, pending: 0, lost: 2 });
    const nothing = await client.report('async/aggregate', { imei: [], deviceGroup: 'no such group' });
    expect(nothing).toMatchObject({ status: 200, json: { status: 'COMPLETED' } });
  });

  test('have the mean delay that the simulator was started with', async () => {
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    const { client, imeisOf, listener } = await start({ wait, callbackDelayMilliseconds: 100 });
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 100) });
    await listener.received(100);
    const mean = waits.reduce((sum, milliseconds) => sum + milliseconds, 0) / 100;
    expect(mean).toBeGreaterThan(70);
    expect(mean).toBeLessThan(130);
  });
});

describe('callback messages with faults', () => {
  test('are lost or sent twice if the admin API says so, until the faults are removed', async () => {
    const { client, imeisOf, listener } = await start();
    const asked = imeisOf('meter').slice(0, 3);
    const imeis = () => listener.messages.map((message) => devicesOf(message).imei);

    await client.admin('POST', '/callbacks/faults', { lose: 1 });
    await client.report('async/aggregate', { imei: asked });
    expect(await settled(client)).toEqual({ sent: 0, answered200: 0, pending: 0, lost: 3 });

    await client.admin('POST', '/callbacks/faults', { double: 1 });
    await client.report('async/aggregate', { imei: asked });
    await listener.received(6);
    expect(imeis().sort()).toEqual([...asked, ...asked].sort());

    await client.admin('DELETE', '/callbacks/faults');
    await client.report('async/aggregate', { imei: asked });
    await listener.received(9);
    expect(await settled(client)).toEqual({ sent: 9, answered200: 9, pending: 0, lost: 3 });
  });

  test('are delayed as the admin API says', async () => {
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return Promise.resolve();
    };
    const { client, imeisOf, listener } = await start({ wait });
    await client.admin('POST', '/callbacks/faults', { delayMilliseconds: 7, shuffle: false });
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 2) });
    await listener.received(2);
    expect(waits).toEqual([7, 7]);
  });

  test('can begin before the response to the request', async () => {
    const order: string[] = [];
    const { client, imeisOf } = await start({}, (response) => {
      order.push('message');
      response.writeHead(200).end();
    });
    await client.admin('POST', '/callbacks/faults', { early: true, delayMilliseconds: 3_600_000 });
    await client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 2) });
    order.push('answer');
    expect(order).toEqual(['message', 'answer']);
    expect((await client.admin('GET', '/callbacks')).json).toMatchObject({ answered200: 1, pending: 1 });
  });

  test.each([{ lose: 2 }, { double: 'often' }, { early: 1 }, { delayMilliseconds: -1 }, { forget: true }])(
    'are rejected with the invalid faults %j',
    async (faults) => {
      const { client } = await setUp();
      expect(await client.admin('POST', '/callbacks/faults', faults)).toMatchObject({ status: 400 });
    },
  );
});

describe('the listener calls', () => {
  async function callbacks(options: SimulatorOptions = {}) {
    const { client } = await setUp(options);
    const tokens: HeaderFields = await client.signIn();
    const call = (method: string, query = '', body?: unknown) =>
      client.call(method, `${CALLBACKS}${ACCOUNT}${query}`, body, tokens);
    return { client, call, tokens };
  }

  test('register, replace, list and deregister one listener per name', async () => {
    const { call } = await callbacks();
    const [first, second] = ['https://a.example/inbox', 'https://b.example:9001/inbox'];
    // The account by the names of the newest generation of clients and of the middle one.
    const listener = { accountName: '0844021539-00001', aname: '0844021539-00001', name: SERVICE };
    expect(await call('POST', '', { name: SERVICE, url: first })).toMatchObject({ status: 200 });
    expect((await call('POST', '', { name: SERVICE, url: second })).json).toEqual({ ...listener, url: second });
    expect((await call('GET')).json).toEqual([{ ...listener, url: second }]);
    expect(await call('DELETE', `&service=${SERVICE}`)).toMatchObject({ status: 200 });
    expect((await call('GET')).json).toEqual([]);
    expect(await call('DELETE', `&service=${SERVICE}`)).toMatchObject({ status: 404 });
  });

  test('return a registration as a list of one in the older contract', async () => {
    const { call } = await callbacks({ version: 'older' });
    const answer = await call('POST', '', { name: SERVICE, url: 'http://a.example/' });
    expect(answer.json).toEqual([{ aname: '0844021539-00001', name: SERVICE, url: 'http://a.example/' }]);
  });

  test.each([
    ['http://a.example/', 200],
    ['https://a.example:28220/', 200],
    ['http://127.0.0.1:31999/', 200],
    ['http://[::1]:31999/', 200],
    ['https://a.example:8443/', 400],
    ['http://a.example:443/', 200],
    ['ftp://a.example/', 400],
    ['inbox', 400],
  ])('respond to the URL %s with %i', async (url, status) => {
    const { call } = await callbacks();
    expect(await call('POST', '', { name: SERVICE, url })).toMatchObject({ status });
  });

  test('need both tokens, an account and a service', async () => {
    const { client, call, tokens } = await callbacks();
    expect(await client.call('GET', `${CALLBACKS}${ACCOUNT}`)).toMatchObject({ status: 401 });
    expect(await client.call('GET', CALLBACKS, undefined, tokens)).toMatchObject({ status: 400 });
    expect(await client.call('GET', `${CALLBACKS}?accountNumber=1`, undefined, tokens)).toMatchObject({ status: 403 });
    expect(await call('DELETE')).toMatchObject({ status: 400 });
    expect(await call('POST', '', { url: 'https://a.example/' })).toMatchObject({ status: 400 });
  });

  test('are required by the newest contract before a report by callback, whatever the headers, unless that is turned off', async () => {
    for (const requireListener of [true, false]) {
      const { client, imeisOf } = await setUp({ requireListener });
      const send = () =>
        client.report('async/aggregate', { imei: imeisOf('meter').slice(0, 1) }, { 'X-Portal-Initiated': 'true' });
      const rejected = { status: 403, json: { errorCode: 'CALLBACK_NOT_REGISTERED' } };
      expect(await send()).toMatchObject(requireListener ? rejected : { status: 200 });
      await register(client, (await listen()).url);
      expect(await send()).toMatchObject({ status: 200 });
    }
  });

  test('are required by the older contract before a report by callback', async () => {
    const { client, imeisOf } = await setUp({ version: 'older' });
    const [imei] = imeisOf('meter');
    const send = (initiated: string) =>
      client.report(
        'async/aggregate',
        { imei: [imei] },
        { accountNumber: '0844021539-00001', imei: '1', 'X-Portal-Initiated': initiated },
      );
    expect(await send('false')).toMatchObject({ status: 403, json: { errorCode: 'CALLBACK_NOT_REGISTERED' } });
    expect(await send('true')).toMatchObject({ status: 200 });
    await register(client, (await listen()).url);
    expect(await send('false')).toMatchObject({ status: 200 });
  });
});

describe('a callback post', () => {
  test('has no status if the response is too slow, or if there is none', async () => {
    const listener = await listen(() => undefined);
    const platform = createCallbackPost({ timeoutMilliseconds: 30 });
    expect(await platform.post(listener.url, '{}')).toBeUndefined();
    await listener.close();
    expect(await platform.post(listener.url, '{}')).toBeUndefined();
    listening.length = 0;
    platform.close();
  });
});
